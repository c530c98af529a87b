package state

import (
	"callas"

	"github.com/hashicorp/go-memdb"
)

// The tables, named as the kinds.
const (
	tableUnits    = string(callas.KindUnit)
	tableServices = string(callas.KindService)
	tableProfiles = string(callas.KindProfile)
	tableAgents   = string(callas.KindAgent)
	tableSessions = string(callas.KindSession)
	tableTokens   = string(callas.KindToken)
)

// The indexes. Every table has indexID, which is the row's key.
const (
	indexID          = "id"
	indexParent      = "parent"      // units by the unit above
	indexUnit        = "unit"        // services and agents by unit
	indexAlias       = "alias"       // agents by normalised alias
	indexResponsible = "responsible" // agents by service, under any profile
	indexSelected    = "selected"    // sessions by selected service
)

// schema is the whole database; testdata/schema.golden shows it.
func schema() *memdb.DBSchema {
	return &memdb.DBSchema{Tables: map[string]*memdb.TableSchema{
		tableUnits: {Name: tableUnits, Indexes: map[string]*memdb.IndexSchema{
			indexID:     byKey(),
			indexParent: by(indexParent, "parent", func(u *callas.Unit) string { return u.Parent }),
		}},
		tableServices: {Name: tableServices, Indexes: map[string]*memdb.IndexSchema{
			indexID:   byKey(),
			indexUnit: by(indexUnit, "unit", func(s *callas.Service) string { return s.Unit }),
		}},
		tableProfiles: {Name: tableProfiles, Indexes: map[string]*memdb.IndexSchema{
			indexID: byKey(),
		}},
		tableAgents: {Name: tableAgents, Indexes: map[string]*memdb.IndexSchema{
			indexID:          byKey(),
			indexUnit:        by(indexUnit, "unit", func(a *callas.Agent) string { return a.Unit }),
			indexAlias:       byAlias(),
			indexResponsible: byResponsible(),
		}},
		tableSessions: {Name: tableSessions, Indexes: map[string]*memdb.IndexSchema{
			indexID:       byKey(),
			indexSelected: by(indexSelected, "call_as", func(s *callas.Session) string { return s.CallAs }),
		}},
		tableTokens: {Name: tableTokens, Indexes: map[string]*memdb.IndexSchema{
			indexID: byKey(),
		}},
	}}
}

func byKey() *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: indexID, Unique: true, Indexer: text[callas.Row]{"key", callas.Row.Key}}
}

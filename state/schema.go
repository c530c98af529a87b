package state

import (
	"callas"

	"github.com/hashicorp/go-memdb"
)

// The tables: one of each kind, named as it, and the aliases.
const (
	tableUnits    = string(callas.KindUnit)
	tableServices = string(callas.KindService)
	tableProfiles = string(callas.KindProfile)
	tableAgents   = string(callas.KindAgent)
	tableSessions = string(callas.KindSession)
	tableTokens   = string(callas.KindToken)
	tableAliases  = "alias"
)

// The indexes. Every table has indexID: the row's key, of a page its end. The large
// tables have no other: what leads to agents by unit or service looks at all of them.
const (
	indexID     = "id"
	indexParent = "parent" // units by the unit above
	indexUnit   = "unit"   // services by unit
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
			indexID: byEnd(),
		}},
		tableSessions: {Name: tableSessions, Indexes: map[string]*memdb.IndexSchema{
			indexID: byEnd(),
		}},
		tableAliases: {Name: tableAliases, Indexes: map[string]*memdb.IndexSchema{
			indexID: {Name: indexID, Unique: true, Indexer: number{}},
		}},
		tableTokens: {Name: tableTokens, Indexes: map[string]*memdb.IndexSchema{
			indexID: byKey(),
		}},
	}}
}

func byKey() *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: indexID, Unique: true, Indexer: text[callas.Row]{"key", callas.Row.Key}}
}

func byEnd() *memdb.IndexSchema {
	type pages interface{ key() string }
	return &memdb.IndexSchema{Name: indexID, Unique: true, Indexer: text[pages]{"end of page", pages.key}}
}

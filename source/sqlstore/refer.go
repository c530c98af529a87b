package sqlstore

import (
	"fmt"
	"strings"

	"callas"
	"callas/source"
)

// references goes through the rows that a row names. What an access token names may
// be gone: it then opens nothing.
func references(row callas.Row, yield func(callas.Kind, string)) {
	name := func(k callas.Kind, ids ...string) {
		for _, id := range ids {
			if id != "" {
				yield(k, id)
			}
		}
	}
	switch row := row.(type) {
	case *callas.Unit:
		name(callas.KindUnit, row.Parent)
	case *callas.Service:
		name(callas.KindUnit, row.Unit)
	case *callas.Profile:
		name(callas.KindUnit, row.Unit)
		name(callas.KindService, row.Services...)
	case *callas.Agent:
		name(callas.KindUnit, row.Unit)
		name(callas.KindProfile, row.Profiles...)
		for profile, services := range row.Responsible {
			name(callas.KindProfile, profile)
			name(callas.KindService, services...)
		}
	case *callas.Session:
		name(callas.KindAgent, row.Agent)
		name(callas.KindProfile, row.Profile)
		name(callas.KindService, row.CallAs)
	}
}

// refer refuses edits that would name what is not there, and rings of units.
func (tx *transaction) refer(edits []callas.Edit) error {
	type need struct{ what, by key }
	var needs []need // of rows outside the edits, each once, with the first that needs it
	seen := map[key]bool{}
	after := make(map[key]callas.Row, len(edits))
	for _, e := range edits {
		tx.work.Step()
		after[key{e.Kind, e.ID}] = e.After
	}
	had := map[key]bool{}
	for _, e := range edits {
		tx.work.Step()
		if e.After == nil {
			continue
		}
		clear(had)
		if e.Before != nil {
			references(e.Before, func(k callas.Kind, id string) { had[key{k, id}] = true })
		}
		references(e.After, func(k callas.Kind, id string) {
			what := key{k, id}
			row, edited := after[what]
			if !seen[what] && (edited && row == nil || !edited && !had[what]) {
				seen[what] = true
				needs = append(needs, need{what, key{e.Kind, e.ID}})
			}
		})
	}
	there := map[key]bool{}
	for kind, ids := range byKind(needs, func(n need) (callas.Kind, string) { return n.what.kind, n.what.id }) {
		if err := tx.exist(tx.kinds[kind], ids, there); err != nil {
			return err
		}
	}
	for _, n := range needs {
		if _, deleted := after[n.what]; deleted || !there[n.what] {
			return &source.Violation{Kind: n.by.kind, ID: n.by.id, Detail: fmt.Sprintf("names %s %q, which does not exist", n.what.kind, n.what.id)}
		}
	}
	return tx.tree(edits, after)
}

// exist notes which of ids there are in a table.
func (tx *transaction) exist(t table, ids []string, there map[key]bool) error {
	return batches(ids, func(some []string) error {
		found, err := tx.query("SELECT "+t.columns[0]+" FROM "+t.name+" WHERE "+t.columns[0]+" IN "+marks(len(some)), anys(some)...)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var id string
			if err := found.Scan(&id); err != nil {
				return err
			}
			there[key{t.kind, id}] = true
		}
		return found.Err()
	})
}

// tree refuses a unit that would be below itself.
func (tx *transaction) tree(edits []callas.Edit, after map[key]callas.Row) error {
	for _, e := range upserts(edits, callas.KindUnit) {
		seen := map[string]bool{e.ID: true}
		for up := e.After.(*callas.Unit).Parent; up != ""; {
			if seen[up] {
				return &source.Violation{Kind: e.Kind, ID: e.ID, Detail: fmt.Sprintf("would be below itself, through unit %q", e.After.(*callas.Unit).Parent)}
			}
			seen[up] = true
			if row, ok := after[key{callas.KindUnit, up}].(*callas.Unit); ok {
				up = row.Parent
				continue
			}
			var parent *string
			if _, err := tx.one("SELECT parent FROM unit WHERE id = ?", []any{up}, &parent); err != nil {
				return err
			}
			if up = ""; parent != nil {
				up = *parent
			}
		}
	}
	return nil
}

// A use is a column in which rows of a kind are named.
type use struct {
	by     callas.Kind
	column string
	list   bool // JSON, in which the id stands in quotation marks
}

// uses lists the columns that may name a row of a kind.
func uses(k callas.Kind) []use {
	switch k {
	case callas.KindUnit:
		return []use{{callas.KindUnit, "parent", false}, {callas.KindService, "unit", false},
			{callas.KindProfile, "unit", false}, {callas.KindAgent, "unit", false}}
	case callas.KindService:
		return []use{{callas.KindSession, "call_as", false}, {callas.KindProfile, "services", true}, {callas.KindAgent, "responsible", true}}
	case callas.KindProfile:
		return []use{{callas.KindSession, "profile", false}, {callas.KindAgent, "profiles", true}, {callas.KindAgent, "responsible", true}}
	case callas.KindAgent:
		return []use{{callas.KindSession, "agent", false}}
	}
	return nil
}

// unused refuses to delete a row that another one still names.
func (tx *transaction) unused(e callas.Edit) error {
	for _, u := range uses(e.Kind) {
		t := tx.kinds[u.by]
		query, arg := "SELECT "+strings.Join(t.columns, ", ")+" FROM "+t.name+" WHERE "+u.column, e.ID
		if u.list {
			query += ` LIKE ? ESCAPE '\' ORDER BY ` + t.columns[0]
			arg = `%"` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(e.ID) + `"%`
		} else {
			query += " = ? ORDER BY " + t.columns[0] + " LIMIT 1"
		}
		found, err := tx.query(query, arg)
		if err != nil {
			return err
		}
		err = t.rows(found, func(row callas.Row) (used error) {
			references(row, func(k callas.Kind, id string) {
				if k == e.Kind && id == e.ID { // a text in quotation marks may be a key of another kind
					used = &source.Violation{Kind: e.Kind, ID: e.ID, Detail: fmt.Sprintf("is still named by %s %s (%s)", row.Kind(), row.Key(), u.column)}
				}
			})
			return used
		})
		if err != nil {
			return err
		}
	}
	return nil
}

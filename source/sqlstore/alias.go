package sqlstore

import (
	"cmp"
	"fmt"
	"slices"

	"callas"
	"callas/source"
	"callas/state"
)

// release gives up the aliases that agents lose, before any is taken.
func (tx *transaction) release(edits []callas.Edit) error {
	for _, e := range picked(edits, isAliased) {
		tx.work.Step()
		for alias := range aliases(e.Before) {
			if aliases(e.After)[alias] {
				continue
			}
			if err := tx.exec("DELETE FROM alias WHERE alias = ?", alias); err != nil {
				return err
			}
		}
	}
	return nil
}

// take gives agents the aliases that they gain; one that another agent has is a violation.
func (tx *transaction) take(edits []callas.Edit) error {
	type alias struct{ alias, agent string }
	var gained []alias
	holder := map[string]string{}
	for _, e := range picked(edits, isAliased) {
		tx.work.Step()
		had := aliases(e.Before)
		for a := range aliases(e.After) {
			if had[a] {
				continue
			}
			if other, ok := holder[a]; ok {
				return taken(e.ID, a, other)
			}
			holder[a] = e.ID
			gained = append(gained, alias{a, e.ID})
		}
	}
	slices.SortFunc(gained, func(a, b alias) int { return cmp.Or(cmp.Compare(a.agent, b.agent), cmp.Compare(a.alias, b.alias)) })
	return batches(gained, func(some []alias) error {
		var names, pairs []any
		for _, a := range some {
			names, pairs = append(names, a.alias), append(pairs, a.alias, a.agent)
		}
		var name, agent string
		ok, err := tx.one("SELECT alias, agent FROM alias WHERE alias IN "+marks(len(some))+" ORDER BY alias LIMIT 1", names, &name, &agent)
		if err != nil {
			return err
		}
		if ok {
			return taken(holder[name], name, agent)
		}
		return tx.exec("INSERT INTO alias (alias, agent) VALUES "+tuples(len(some), 2), pairs...)
	})
}

func taken(agent, alias, by string) error {
	return &source.Violation{Kind: callas.KindAgent, ID: agent, Detail: fmt.Sprintf("alias %q is taken by agent %s", alias, by)}
}

// aliases is the set of an agent's aliases in their normal form; empty for no row.
func aliases(row callas.Row) map[string]bool {
	agent, ok := row.(*callas.Agent)
	if !ok {
		return nil
	}
	out := make(map[string]bool, len(agent.Aliases))
	for _, a := range agent.Aliases {
		if n := state.NormalAlias(a); n != "" {
			out[n] = true
		}
	}
	return out
}

// isAliased reports whether an agent gains or loses aliases.
func isAliased(e callas.Edit) bool {
	if e.Kind != callas.KindAgent {
		return false
	}
	before, _ := e.Before.(*callas.Agent)
	after, _ := e.After.(*callas.Agent)
	return before == nil || after == nil || !slices.Equal(before.Aliases, after.Aliases)
}

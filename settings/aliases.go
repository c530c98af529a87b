package settings

import (
	"fmt"
	"slices"

	"callas"
	"callas/state"
)

// checkAliases finds aliases that would lead to more than one agent: two agents with
// the same one, and an alias that is another agent's id. An agent is looked for by its
// id and its aliases; its number and its URI are what callees see, and may be shared.
func (a *after) checkAliases(found *findings) {
	if !a.newAliases() {
		return
	}
	owners := map[string]string{}
	for i, row := range a.rows(callas.KindAgent) {
		agent := row.(*callas.Agent)
		for _, alias := range agent.Aliases {
			form := state.NormalAlias(alias)
			if form == "" {
				continue // the agent's own rules say so
			}
			owner, taken := owners[form]
			if !taken {
				owner, taken = a.standing(form)
			}
			if taken && owner != agent.ID {
				found.add(i, "/aliases", func() string { return a.taken(alias, owner) })
				continue
			}
			owners[form] = agent.ID
			if form != agent.ID && a.has(callas.KindAgent, form) {
				found.addf(i, "/aliases", "%q is the id of another agent", alias)
			}
		}
		a.checkID(i, agent.ID, found)
	}
}

// taken says whose an alias is already.
func (a *after) taken(alias, owner string) string {
	if !a.names(callas.KindAgent, owner) {
		return fmt.Sprintf("%q already leads to %s: ask whoever looks after the numbers", alias, unnamed(callas.KindAgent))
	}
	return fmt.Sprintf("%q already leads to agent %q: take it from there first, or in the same change", alias, owner)
}

// newAliases reports whether the batch brings an agent or an alias that is not there yet.
func (a *after) newAliases() bool {
	near := a.sn.Near()
	for _, row := range a.rows(callas.KindAgent) {
		old := near.Agent(row.Key())
		if old == nil || slices.ContainsFunc(row.(*callas.Agent).Aliases, func(alias string) bool { return !slices.Contains(old.Aliases, alias) }) {
			return true
		}
	}
	return false
}

// checkID finds an agent's id among the aliases of agents that the batch leaves alone;
// those that it sets are found by their aliases.
func (a *after) checkID(write int, id string, found *findings) {
	if owner, taken := a.standing(state.NormalAlias(id)); taken && owner != id {
		found.addf(write, "/id", "%q is an alias of %s: choose another id, or take the alias from there first", id, a.named(callas.KindAgent, owner))
	}
}

// standing finds the agent that has an alias and is not touched by the batch.
func (a *after) standing(form string) (string, bool) {
	owner := a.sn.AgentByAlias(form)
	if owner == nil {
		return "", false
	}
	_, touched := a.written(callas.KindAgent, owner.ID)
	return owner.ID, !touched
}

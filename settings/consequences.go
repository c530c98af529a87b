package settings

import (
	"maps"
	"slices"

	"callas"
	"callas/source"
)

// consequences works out what else must change so that nothing refers to a row that
// the batch deletes. Rows that the batch writes itself have been checked already.
//
// A service that is switched off and an agent who loses a right end no selection: the
// wish stays, withdrawn, and works again when the right comes back.
func (a *after) consequences() []source.Write {
	c := &consequences{after: a}
	services, profiles, agents, units := a.gone(callas.KindService), a.gone(callas.KindProfile), a.gone(callas.KindAgent), a.gone(callas.KindUnit)
	if len(services) > 0 {
		c.withoutServices(services)
	}
	if len(profiles) > 0 {
		c.withoutProfiles(profiles)
	}
	if len(agents) > 0 {
		c.withoutAgents(agents)
	}
	if len(units) > 0 {
		c.withoutUnits(units, agents)
	}
	return c.all()
}

// gone lists the rows of a kind that the batch deletes.
func (a *after) gone(k callas.Kind) []string {
	var ids []string
	for _, id := range a.deleted(k) {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// consequences gathers edits of rows, several of one row in one write.
type consequences struct {
	after    *after
	profiles pending[*callas.Profile]
	agents   pending[*callas.Agent]
	sessions pending[*callas.Session]
	deleted  []source.Write
}

// pending holds copies of rows that are being changed, in the order they came.
type pending[R callas.Row] struct {
	rows  []R
	index map[string]int
}

// change calls how with the copy of a row, made at the first change. Rows that the
// batch writes itself are left alone.
func (p *pending[R]) change(a *after, row R, how func(R)) {
	if _, own := a.written(row.Kind(), row.Key()); own {
		return
	}
	if p.index == nil {
		p.index = map[string]int{}
	}
	i, ok := p.index[row.Key()]
	if !ok {
		i = len(p.rows)
		p.index[row.Key()] = i
		p.rows = append(p.rows, row.WithRevision(row.Revision()).(R))
	}
	how(p.rows[i])
}

func (c *consequences) withoutServices(ids []string) {
	for row := range c.after.sn.Rows(callas.KindProfile) {
		profile := row.(*callas.Profile)
		if slices.ContainsFunc(profile.Services, in(ids)) {
			c.profiles.change(c.after, profile, func(p *callas.Profile) { p.Services = without(p.Services, ids) })
		}
	}
	for row := range c.after.sn.Rows(callas.KindAgent) {
		agent := row.(*callas.Agent)
		if !slices.ContainsFunc(ids, func(id string) bool { return responsibleFor(agent, id) }) {
			continue
		}
		c.agents.change(c.after, agent, func(a *callas.Agent) { loseServices(a, ids) })
	}
	for row := range c.after.sn.Rows(callas.KindSession) {
		if session := row.(*callas.Session); session.CallAs != "" && in(ids)(session.CallAs) {
			c.sessions.change(c.after, session, func(s *callas.Session) { end(s, EndedServiceDeleted) })
		}
	}
}

func (c *consequences) withoutProfiles(ids []string) {
	for row := range c.after.sn.Rows(callas.KindAgent) {
		agent := row.(*callas.Agent)
		named := slices.ContainsFunc(agent.Profiles, in(ids))
		for profile := range agent.Responsible {
			named = named || in(ids)(profile)
		}
		if !named {
			continue
		}
		c.agents.change(c.after, agent, func(a *callas.Agent) { loseProfiles(a, ids) })
	}
	for row := range c.after.sn.Rows(callas.KindSession) {
		if session := row.(*callas.Session); in(ids)(session.Profile) {
			c.sessions.change(c.after, session, loseProfile)
		}
	}
}

func (c *consequences) withoutAgents(ids []string) {
	for _, id := range ids {
		if session := c.after.sn.Session(id); session != nil {
			c.remove(session)
		}
	}
	for row := range c.after.sn.Rows(callas.KindToken) {
		// Else it would let its holder in as the next agent of that id.
		if in(ids)(row.(*callas.AccessToken).Principal.Agent) {
			c.remove(row)
		}
	}
}

// withoutUnits ends the sign-ins and links of supervisors of a unit: who supervises the
// next unit of that name signs in to it. A lasting token keeps the unit from being
// deleted at all (checkDeletions). Those of the agents have ended already (withoutAgents).
func (c *consequences) withoutUnits(ids, agents []string) {
	for row := range c.after.sn.Rows(callas.KindToken) {
		token := row.(*callas.AccessToken)
		if token.Use != callas.UseToken && slices.ContainsFunc(token.Principal.Units, in(ids)) && !in(agents)(token.Principal.Agent) {
			c.remove(row)
		}
	}
}

func (c *consequences) remove(row callas.Row) {
	if _, own := c.after.written(row.Kind(), row.Key()); !own {
		c.deleted = append(c.deleted, source.Write{Kind: row.Kind(), ID: row.Key(), If: source.At(row.Revision())})
	}
}

// all returns the edits as writes; a session that is deleted needs no other edit.
func (c *consequences) all() []source.Write {
	var out []source.Write
	put := func(row callas.Row) {
		out = append(out, source.Write{Kind: row.Kind(), ID: row.Key(), Row: Normal(row), If: source.At(row.Revision())})
	}
	for _, p := range c.profiles.rows {
		put(p)
	}
	for _, a := range c.agents.rows {
		put(a)
	}
	for _, s := range c.sessions.rows {
		if c.after.has(callas.KindAgent, s.Agent) {
			put(s)
		}
	}
	return append(out, c.deleted...)
}

// loseServices takes services, sorted, out of a copy of an agent.
func loseServices(a *callas.Agent, ids []string) {
	a.Responsible = maps.Clone(a.Responsible)
	for profile, services := range a.Responsible {
		a.Responsible[profile] = without(services, ids)
	}
}

// loseProfiles takes profiles, sorted, out of a copy of an agent.
func loseProfiles(a *callas.Agent, ids []string) {
	a.Profiles = without(a.Profiles, ids)
	a.Responsible = maps.Clone(a.Responsible)
	maps.DeleteFunc(a.Responsible, func(profile string, _ []string) bool { return in(ids)(profile) })
}

// loseProfile takes the active profile out of a copy of a session.
func loseProfile(s *callas.Session) {
	s.Profile = ""
	end(s, EndedOffDuty)
}

// in reports whether an id is among sorted ids.
func in(sorted []string) func(string) bool {
	return func(id string) bool {
		_, found := slices.BinarySearch(sorted, id)
		return found
	}
}

// without copies a list, leaving out what is among sorted ids.
func without(list, sorted []string) []string {
	return slices.DeleteFunc(slices.Clone(list), in(sorted))
}

package sqlstore

import "callas"

// tables lists every kind's table, in the order of callas.Kinds.
func tables() []table {
	return []table{units(), services(), profiles(), agents(), sessions(), accessTokens()}
}

func units() table {
	return table{
		kind: callas.KindUnit, name: "unit",
		columns: []string{"id", "rev", "name", "parent", "asserted", "source", "locked"},
		refers:  []string{"parent"},
		named: func(row callas.Row) [2]string {
			r := row.(*callas.Unit)
			return [2]string{r.Parent}
		},
		values: func(row callas.Row) []any {
			u := row.(*callas.Unit)
			return []any{u.ID, u.Rev, u.Name, nullable(u.Parent), u.Asserted, u.Source, jsonText(u.Locked)}
		},
		scan: func(s *scanner) callas.Row {
			u := &callas.Unit{}
			u.ID, u.Rev, u.Name, u.Parent, u.Asserted = s.text(), s.number(), s.text(), s.text(), s.text()
			s.owner(&u.Meta)
			return u
		},
	}
}

func services() table {
	return table{
		kind: callas.KindService, name: "service",
		columns: []string{"id", "rev", "name", "display_name", "unit", "call_as_enabled", "numbers", "uri",
			"asserted", "hue", "serve_stale", "source", "locked"},
		refers: []string{"unit"},
		named: func(row callas.Row) [2]string {
			r := row.(*callas.Service)
			return [2]string{r.Unit}
		},
		values: func(row callas.Row) []any {
			v := row.(*callas.Service)
			return []any{v.ID, v.Rev, v.Name, v.DisplayName, nullable(v.Unit), v.CallAsEnabled, jsonText(v.Numbers), v.URI,
				v.Asserted, v.Hue, v.ServeStale, v.Source, jsonText(v.Locked)}
		},
		scan: func(s *scanner) callas.Row {
			v := &callas.Service{}
			v.ID, v.Rev, v.Name, v.DisplayName, v.Unit, v.CallAsEnabled = s.text(), s.number(), s.text(), s.text(), s.text(), s.boolean()
			s.json(&v.Numbers)
			v.URI, v.Asserted, v.Hue, v.ServeStale = s.text(), s.text(), int(s.number()), s.text()
			s.owner(&v.Meta)
			return v
		},
	}
}

func profiles() table {
	return table{
		kind: callas.KindProfile, name: "profile",
		columns: []string{"id", "rev", "name", "unit", "off_duty", "services", "source", "locked"},
		refers:  []string{"unit"},
		named: func(row callas.Row) [2]string {
			r := row.(*callas.Profile)
			return [2]string{r.Unit}
		},
		values: func(row callas.Row) []any {
			p := row.(*callas.Profile)
			return []any{p.ID, p.Rev, p.Name, nullable(p.Unit), p.OffDuty, jsonText(p.Services), p.Source, jsonText(p.Locked)}
		},
		scan: func(s *scanner) callas.Row {
			p := &callas.Profile{}
			p.ID, p.Rev, p.Name, p.Unit, p.OffDuty = s.text(), s.number(), s.text(), s.text(), s.boolean()
			p.Services = s.list()
			s.owner(&p.Meta)
			return p
		},
	}
}

func agents() table {
	return table{
		kind: callas.KindAgent, name: "agent",
		columns: []string{"id", "rev", "name", "unit", "enabled", "aliases", "number", "uri", "direction",
			"profiles", "responsible", "source", "locked"},
		refers: []string{"unit"},
		named: func(row callas.Row) [2]string {
			r := row.(*callas.Agent)
			return [2]string{r.Unit}
		},
		values: func(row callas.Row) []any {
			a := row.(*callas.Agent)
			return []any{a.ID, a.Rev, a.Name, nullable(a.Unit), a.Enabled, jsonText(a.Aliases), a.Number, a.URI, string(a.Direction),
				jsonText(a.Profiles), jsonText(a.Responsible), a.Source, jsonText(a.Locked)}
		},
		scan: func(s *scanner) callas.Row {
			a := &callas.Agent{}
			a.ID, a.Rev, a.Name, a.Unit, a.Enabled = s.text(), s.number(), s.text(), s.text(), s.boolean()
			a.Aliases = s.ownList()
			a.Number, a.URI, a.Direction = s.text(), s.text(), callas.Direction(s.text())
			a.Profiles, a.Responsible = s.list(), s.set()
			s.owner(&a.Meta)
			return a
		},
	}
}

func sessions() table {
	return table{
		kind: callas.KindSession, name: "session",
		columns: []string{"agent", "rev", "profile", "call_as", "since", "expires_at", "ended_because", "source", "locked"},
		refers:  []string{"profile", "call_as"},
		named: func(row callas.Row) [2]string {
			r := row.(*callas.Session)
			return [2]string{r.Profile, r.CallAs}
		},
		values: func(row callas.Row) []any {
			v := row.(*callas.Session)
			return []any{v.Agent, v.Rev, nullable(v.Profile), nullable(v.CallAs), timeText(v.Since), timeOrNull(v.ExpiresAt),
				v.EndedBecause, v.Source, jsonText(v.Locked)}
		},
		scan: func(s *scanner) callas.Row {
			v := &callas.Session{}
			v.Agent, v.Rev, v.Profile, v.CallAs, v.Since = s.text(), s.number(), s.text(), s.text(), s.time()
			v.ExpiresAt, v.EndedBecause = s.timeOrNil(), s.text()
			s.owner(&v.Meta)
			return v
		},
	}
}

func accessTokens() table {
	return table{
		kind: callas.KindToken, name: "access_token",
		columns: []string{"id", "rev", "hash", "principal", "use", "parent", "subject", "created_at", "expires_at", "source", "locked"},
		values: func(row callas.Row) []any {
			v := row.(*callas.AccessToken)
			return []any{v.ID, v.Rev, v.Hash, jsonText(v.Principal), string(v.Use), v.Parent, v.Subject, timeText(v.CreatedAt), timeOrNull(v.ExpiresAt),
				v.Source, jsonText(v.Locked)}
		},
		scan: func(s *scanner) callas.Row {
			v := &callas.AccessToken{}
			v.ID, v.Rev, v.Hash = s.text(), s.number(), s.text()
			s.json(&v.Principal)
			v.Use, v.Parent, v.Subject = callas.TokenUse(s.text()), s.text(), s.text()
			v.CreatedAt, v.ExpiresAt = s.time(), s.timeOrNil()
			s.owner(&v.Meta)
			return v
		},
	}
}

// owner takes the two columns that end every table.
func (s *scanner) owner(m *callas.Meta) {
	m.Source = s.text()
	m.Locked = s.list()
}

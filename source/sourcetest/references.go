package sourcetest

import (
	"testing"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func testReferences(t *testing.T, fresh Opener) {
	t.Run("rows that would not fit together are a violation", func(t *testing.T) {
		responsible := agent("ben", "london", "2002")
		responsible.Responsible = map[string][]string{"day": {"help", "sales"}}
		under := agent("ben", "london", "2002")
		under.Responsible = map[string][]string{"night": {}}
		offered := agent("ben", "london", "2002")
		offered.Profiles = []string{"night"}
		for what, tc := range map[string]struct {
			writes []source.Write
			want   string
		}{
			"an agent in no unit that is":          {set(agent("ben", "paris", "2002")), `agent ben: names unit "paris", which does not exist`},
			"a service in no unit that is":         {set(service("help", "paris")), `service help: names unit "paris", which does not exist`},
			"a profile in no unit that is":         {set(&callas.Profile{ID: "day", Unit: "paris"}), `profile day: names unit "paris", which does not exist`},
			"a unit below none that is":            {set(&callas.Unit{ID: "care", Parent: "paris"}), `unit care: names unit "paris", which does not exist`},
			"a profile of no service that is":      {set(&callas.Profile{ID: "day", Services: []string{"sales"}}), `profile day: names service "sales", which does not exist`},
			"an agent with no profile that is":     {set(offered), `agent ben: names profile "night", which does not exist`},
			"responsible under no profile that is": {set(under), `agent ben: names profile "night", which does not exist`},
			"responsible for no service that is":   {set(responsible), `agent ben: names service "sales", which does not exist`},
			"a session of no agent that is":        {set(&callas.Session{Agent: "zoe"}), `session zoe: names agent "zoe", which does not exist`},
			"a session on no profile that is":      {set(&callas.Session{Agent: "ben", Profile: "night"}), `session ben: names profile "night", which does not exist`},
			"a selection of no service that is":    {set(&callas.Session{Agent: "ben", CallAs: "sales"}), `session ben: names service "sales", which does not exist`},
			"naming what the commit deletes":       {append(set(agent("ben", "leeds", "2002")), drop(callas.KindUnit, "leeds")), `agent ben: names unit "leeds", which does not exist`},

			"a unit with units":               {[]source.Write{drop(callas.KindUnit, "nordhang")}, `unit nordhang: is still named by unit leeds (parent)`},
			"a unit with services":            {[]source.Write{drop(callas.KindUnit, "leeds")}, `unit leeds: is still named by service itdesk (unit)`},
			"a service that is selected":      {append(set(&callas.Profile{ID: "day"}), drop(callas.KindService, "help")), `service help: is still named by session anna (call_as)`},
			"a service that a profile offers": {append(set(&callas.Session{Agent: "anna"}), drop(callas.KindService, "help")), `service help: is still named by profile day (services)`},
			"a profile that is active":        {[]source.Write{drop(callas.KindProfile, "day")}, `profile day: is still named by session anna (profile)`},
			"a profile that an agent has":     {[]source.Write{drop(callas.KindProfile, "off")}, `profile off: is still named by agent anna (profiles)`},
			"an agent with a session":         {[]source.Write{drop(callas.KindAgent, "anna")}, `agent anna: is still named by session anna (agent)`},
			"a service that somebody serves": {append(set(&callas.Profile{ID: "day"}, &callas.Session{Agent: "anna"}), drop(callas.KindService, "help")),
				`service help: is still named by agent anna (responsible)`},

			"a unit below itself":            {set(&callas.Unit{ID: "leeds", Parent: "leeds"}), `unit leeds: would be below itself, through unit "leeds"`},
			"a unit below one below it":      {set(&callas.Unit{ID: "nordhang", Parent: "leeds"}), `unit nordhang: would be below itself, through unit "leeds"`},
			"two new units below each other": {set(&callas.Unit{ID: "a", Parent: "b"}, &callas.Unit{ID: "b", Parent: "a"}), `unit a: would be below itself, through unit "b"`},

			"an alias that another agent has":     {set(agent("ben", "london", "2001")), `agent ben: alias "2001" is taken by agent anna`},
			"an alias that is the same when read": {set(agent("ben", "london", "sips:ANNA@nordhang.example:5061")), `agent ben: alias "anna@nordhang.example" is taken by agent anna`},
			"an alias that two get":               {set(agent("yan", "london", "7"), agent("zoe", "london", "7")), `agent zoe: alias "7" is taken by agent yan`},
		} {
			t.Run(what, func(t *testing.T) {
				s := company(t, fresh)
				err := refused(t, s, append(tc.writes, set(&callas.Unit{ID: "extra"})...)...)
				var violation *source.Violation
				require.ErrorAs(t, err, &violation)
				require.EqualError(t, err, tc.want)
				require.NotErrorIs(t, err, source.ErrAway)
				rows, _ := snapshot(t, s)
				require.NotContains(t, rows, name{callas.KindUnit, "extra"})
			})
		}
	})

	t.Run("what the whole commit leaves is what counts, in any order of writes", func(t *testing.T) {
		free := func(id string) *callas.Agent {
			a := agent(id, "leeds", "2002")
			a.Responsible, a.Profiles = nil, []string{"late"}
			return a
		}
		writes := append(set(free("zoe"), // takes ben's alias, before he is gone, with a profile that is not there yet
			agent("anna", "leeds", "9"),
			&callas.Unit{ID: "north", Parent: "newtop"}, &callas.Unit{ID: "leeds", Parent: "north"}, &callas.Unit{ID: "newtop"},
			&callas.Profile{ID: "late", Services: []string{"sales"}}, service("sales", "north"), service("help", "leeds")),
			drop(callas.KindUnit, "nordhang"), drop(callas.KindUnit, "london"), drop(callas.KindAgent, "ben"))
		backwards := make([]source.Write, 0, len(writes))
		for i := range writes {
			backwards = append(backwards, writes[len(writes)-1-i])
		}
		for what, writes := range map[string][]source.Write{"forwards": writes, "backwards": backwards} {
			t.Run(what, func(t *testing.T) {
				s := company(t, fresh)
				commit(t, s, writes...)
				rows, _ := snapshot(t, s)
				require.Contains(t, rows, name{callas.KindAgent, "zoe"})
				require.NotContains(t, rows, name{callas.KindUnit, "nordhang"})
				require.Equal(t, rows, replay(t, everything(t, s, callas.Token{})))
				require.ErrorContains(t, refused(t, s, set(agent("yan", "leeds", "2002"))...), "taken by agent zoe")
				commit(t, s, set(agent("yan", "leeds", "2001"))...) // which anna gave up
			})
		}
	})

	t.Run("two agents swap their aliases", func(t *testing.T) {
		s := company(t, fresh)
		commit(t, s, set(agent("anna", "london", "2002"), agent("ben", "london", "2001"))...)
		require.ErrorContains(t, refused(t, s, set(agent("zoe", "london", "2001"))...), "taken by agent ben")
		require.ErrorContains(t, refused(t, s, set(agent("zoe", "london", "2002"))...), "taken by agent anna")
	})

	t.Run("an id that looks like a pattern is only itself", func(t *testing.T) {
		s := company(t, fresh)
		commit(t, s, set(service("he_p", "leeds"), service("h", "leeds"), &callas.Profile{ID: "sales"}, service("sales", "leeds"))...)
		free := agent("ben", "london", "2002")
		free.Responsible = map[string][]string{"sales": {}}
		commit(t, s, set(free)...)
		commit(t, s, drop(callas.KindService, "he_p"), drop(callas.KindService, "h"), drop(callas.KindService, "sales"))
		require.ErrorContains(t, refused(t, s, drop(callas.KindProfile, "sales")), "still named by agent ben (responsible)")
	})

	t.Run("an access token may outlive whom it names", func(t *testing.T) {
		s := company(t, fresh)
		commit(t, s, set(&callas.AccessToken{ID: "k", Principal: callas.Principal{Agent: "ben", Units: []string{"paris"}}})...)
		commit(t, s, drop(callas.KindAgent, "ben"))
	})
}

package demo_test

import (
	"slices"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"

	"callas"
	"callas/demo"
)

var since = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func company() map[callas.Kind]map[string]callas.Row {
	rows := map[callas.Kind]map[string]callas.Row{}
	for _, r := range demo.Rows(since) {
		if rows[r.Kind()] == nil {
			rows[r.Kind()] = map[string]callas.Row{}
		}
		rows[r.Kind()][r.Key()] = r
	}
	return rows
}

func TestTheCompanyIsTheOneTheDocumentationTells(t *testing.T) {
	c := company()
	parent := map[string]string{}
	for id, r := range c[callas.KindUnit] {
		parent[id] = r.(*callas.Unit).Parent
	}
	require.Equal(t, map[string]string{"nordhang": "", "london": "nordhang", "care": "london", "leeds": "nordhang"}, parent)

	type service struct {
		name, number, unit string
		on                 bool
	}
	services := map[string]service{}
	for id, r := range c[callas.KindService] {
		s := r.(*callas.Service)
		require.Len(t, s.Numbers, 1)
		require.Equal(t, callas.RightVerified, s.Numbers[0].RightOfUse.Status)
		services[id] = service{s.DisplayName, s.Numbers[0].E164, s.Unit, s.CallAsEnabled}
	}
	require.Equal(t, map[string]service{
		"help":     {"Help Call Center", "+442079460100", "london", true},
		"claims":   {"Claims", "+442079460101", "london", true},
		"renewals": {"Renewals", "+442079460102", "london", true},
		"itdesk":   {"IT Desk", "+442079460103", "leeds", true},
		"premium":  {"Premium Line", "+442079460104", "london", false},
	}, services)

	profiles := map[string][]string{}
	for id, r := range c[callas.KindProfile] {
		profiles[id] = r.(*callas.Profile).Services
		require.Equal(t, id == "off", r.(*callas.Profile).OffDuty)
	}
	require.Equal(t, map[string][]string{"day": {"help", "claims", "premium"}, "campaign": {"renewals"}, "off": {}}, profiles)

	calling, selected := 0, map[string][2]string{}
	for id, r := range c[callas.KindSession] {
		s := r.(*callas.Session)
		require.Equal(t, since, s.Since)
		if s.CallAs != "" {
			calling++
		}
		if slices.Contains([]string{"anna", "ben", "clara", "dora", "emil"}, id) {
			selected[id] = [2]string{s.Profile, s.CallAs}
		}
	}
	require.Equal(t, map[string][2]string{"anna": {"day", "help"}, "ben": {"day", "help"}, "clara": {"day", "help"}, "emil": {"day", "help"}}, selected)
	require.Equal(t, 201, calling, "who calls as a service, the four of the story among them")
	require.Len(t, c[callas.KindSession], 908, "who has come to work")
}

func TestTheFiveOfTheStory(t *testing.T) {
	agents := company()[callas.KindAgent]
	anna := *agents["anna"].(*callas.Agent)
	require.Equal(t, callas.Agent{
		ID: "anna", Name: "Anna Meier", Unit: "care", Enabled: true, Direction: callas.DirectionExternal,
		URI: "sip:anna@nordhang.example", Number: "+442079460201",
		Aliases:     []string{"sip:anna@nordhang.example", "2001", "+442079460201"},
		Profiles:    []string{"day", "campaign", "off"},
		Responsible: map[string][]string{"day": {"help", "claims"}, "campaign": {"renewals"}},
	}, anna)

	likeAnna := func(id string, d callas.Direction) {
		got := *agents[id].(*callas.Agent)
		require.Equal(t, d, got.Direction, id)
		require.Equal(t, anna.Unit, got.Unit, id)
		require.Equal(t, anna.Profiles, got.Profiles, id)
		require.Equal(t, anna.Responsible, got.Responsible, id)
	}
	likeAnna("ben", callas.DirectionAll)
	likeAnna("clara", callas.DirectionNone)
	likeAnna("dora", callas.DirectionExternal)

	emil := agents["emil"].(*callas.Agent)
	require.Equal(t, "leeds", emil.Unit)
	require.Equal(t, callas.DirectionExternal, emil.Direction)
	require.Equal(t, map[string][]string{"day": {"itdesk", "help"}}, emil.Responsible)
}

func TestAThousandAgentsWhomNothingConfuses(t *testing.T) {
	c := company()
	require.Len(t, c[callas.KindAgent], demo.Agents)
	owner := map[string]string{}
	for id, r := range c[callas.KindService] {
		owner[r.(*callas.Service).Numbers[0].E164] = id
	}
	perUnit := map[string]int{}
	for id, r := range c[callas.KindAgent] {
		a := r.(*callas.Agent)
		require.NoError(t, callas.CheckID(a.ID))
		require.NoError(t, callas.CheckName(a.Name))
		require.NoError(t, callas.CheckURI(a.URI))
		for _, alias := range a.Aliases {
			require.Empty(t, owner[alias], "%s and %s share %s", id, owner[alias], alias)
			owner[alias] = id
		}
		if a.Number != "" {
			n, err := phonenumbers.Parse(a.Number, "")
			require.NoError(t, err)
			require.True(t, phonenumbers.IsValidNumber(n), a.Number)
			require.Regexp(t, `^\+44(2079460|1134960)\d{3}$`, a.Number, "drama ranges of London and Leeds")
		}
		perUnit[a.Unit]++
	}
	require.Equal(t, map[string]int{"care": 447, "london": 221, "leeds": 222, "nordhang": 110}, perUnit)
	require.Equal(t, demo.Rows(since), demo.Rows(since), "the company is the same every time")
}

func TestWhatARowRefersToComesBeforeIt(t *testing.T) {
	seen := map[string]bool{"unit/": true}
	need := func(row callas.Row, kind callas.Kind, ids ...string) {
		for _, id := range ids {
			require.True(t, seen[string(kind)+"/"+id], "%s %s comes before %s %s", row.Kind(), row.Key(), kind, id)
		}
	}
	for _, row := range demo.Rows(since) {
		switch r := row.(type) {
		case *callas.Unit:
			need(r, callas.KindUnit, r.Parent)
		case *callas.Service:
			need(r, callas.KindUnit, r.Unit)
		case *callas.Profile:
			need(r, callas.KindService, r.Services...)
		case *callas.Agent:
			need(r, callas.KindUnit, r.Unit)
			need(r, callas.KindProfile, r.Profiles...)
			for profile, services := range r.Responsible {
				require.Contains(t, r.Profiles, profile, r.ID)
				need(r, callas.KindService, services...)
			}
		case *callas.Session:
			need(r, callas.KindAgent, r.Agent)
		}
		seen[string(row.Kind())+"/"+row.Key()] = true
	}
}

func TestDemoTokens(t *testing.T) {
	holds := func(token string, want callas.Principal) {
		got, ok := demo.Principal(token)
		require.True(t, ok, token)
		require.Equal(t, want, got)
	}
	holds("demo-admin", callas.Principal{Name: "Ada Novak", Role: callas.RoleAdmin})
	holds("demo-supervisor", callas.Principal{Name: "Regula Keller", Role: callas.RoleSupervisor, Units: []string{"nordhang"}})
	holds("demo-auditor", callas.Principal{Name: "Owen Price", Role: callas.RoleAuditor})
	holds("demo-agent-anna", callas.Principal{Name: "Anna Meier", Role: callas.RoleAgent, Agent: "anna"})
	holds("demo-agent-aisha.bailey", callas.Principal{Name: "Aisha Bailey", Role: callas.RoleAgent, Agent: "aisha.bailey"})
	for _, token := range []string{"", "demo", "demo-", "demo-agent-", "demo-agent-A", "demo-admin ", "callas_x_y"} {
		_, ok := demo.Principal(token)
		require.False(t, ok, token)
	}
}

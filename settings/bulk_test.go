package settings_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"callas"
	"callas/settings"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func bulk(t tester, body string) settings.Bulk {
	t.Helper()
	b, problems := settings.ParseBulk([]byte(body))
	require.Empty(t, problems)
	return b
}

func planner(t tester) settings.Planner {
	return settings.Planner{Numbers: british(t), Menus: law{}, Allowed: anything}
}

func anything(context.Context, *callas.Agent, *callas.Agent) ([]callas.Reason, error) {
	return nil, nil
}

func (h *house) plan(body string) *settings.Plan {
	h.t.Helper()
	p, err := planner(h.t).Plan(context.Background(), h.sn(), bulk(h.t, body))
	require.NoError(h.t, err)
	return p
}

func TestParseBulkRefuses(t *testing.T) {
	for body, want := range map[string][]string{
		`{"ids":["a"],"set":{"direction":"extern","enabld":true}}`: {
			`/set/direction "extern" is none of none, internal, external or all (did you mean "external"?)`,
			`/set/enabld unknown field "enabld" (did you mean "enabled"?)`},
		`{"filter":{"untt":"x"},"set":{"enabled":true}}`:                   {`/filter/untt unknown filter "untt" of agents (did you mean "unit"?)`},
		`{"ids":["a"],"filter":{},"set":{"enabled":true}}`:                 {`/filter is given beside ids: give one of the two`},
		`{"set":{"enabled":true}}`:                                         {`names no agents: give "ids", or a "filter" ({} is every agent)`},
		`{"ids":[],"set":{"enabled":true}}`:                                {`names no agents: give "ids", or a "filter" ({} is every agent)`},
		`{"ids":["a"],"set":{}}`:                                           {`/set changes nothing: give direction, enabled, unit, profiles or responsible`},
		`{"ids":["a"]}`:                                                    {`/set changes nothing: give direction, enabled, unit, profiles or responsible`},
		`{"plan":"x","ids":["a"]}`:                                         {`/plan is applied as it was planned: leave out ids, filter, set and dry_run`},
		`{"ids":["a"],"set":{"profiles":{"add":["x"],"remove":["x"]}}}`:    {`/set/profiles "x" is both added and removed`},
		`{"ids":["a"],"set":{"responsible":{"add":["x"],"remove":["x"]}}}`: {`/set/responsible "x" is both added and removed`},
		`{"ids":["a"],"set":{"responsible":{"day":{"ad":["x"]},"add":5}}}`: {`/set/responsible/add wants an object, not the number 5`, `/set/responsible/day/ad unknown field "ad" (did you mean "add"?)`},
		`{"ids":["a"],"set":{"responsible":{"add":[5]}}}`:                  {`/set/responsible/add/0 wants a text, not the number 5`},
		`{"ids":["a"],"set":{"responsible":[]}}`:                           {`/set/responsible wants an object, not a list`},
		`{"ids":["a"],"set":[]}`:                                           {`/set wants an object, not a list`},
		`{"ids":"a","st":{}}`:                                              {`/ids wants a list, not the text "a"`, `/st unknown field "st" (did you mean "set"?)`},
		`[]`:                                                               {`wants an object, not a list`},
		`{"ids":["a"],"set":{"enabled":true},"set":{}}`:                    {`/set is given twice`},
	} {
		_, problems := settings.ParseBulk([]byte(body))
		require.Equal(t, want, lines(problems), body)
	}
}

func TestSet(t *testing.T) {
	h := newHouse(t, profile("swing", "help", "itdesk"))
	anna := h.sn().Agent("anna")
	for _, tc := range []struct {
		set  string
		want func(*callas.Agent)
	}{
		{`{"direction":"all","enabled":false,"unit":"leeds"}`, func(a *callas.Agent) {
			a.Direction, a.Enabled, a.Unit = callas.DirectionAll, false, "leeds"
		}},
		{`{"profiles":{"add":["swing","day"],"remove":["off","never"]}}`, func(a *callas.Agent) { a.Profiles = []string{"campaign", "day", "swing"} }},
		{`{"responsible":{"day":{"add":["itdesk"],"remove":["help"]}}}`, func(a *callas.Agent) {
			a.Responsible = map[string][]string{"day": {"claims", "itdesk"}, "campaign": {"renewals"}}
		}},
		{`{"responsible":{"campaign":{"remove":["renewals"]}}}`, func(a *callas.Agent) {
			a.Responsible = map[string][]string{"day": {"claims", "help"}}
		}},
		{`{"profiles":{"add":["swing"]},"responsible":{"add":["help","itdesk"]}}`, func(a *callas.Agent) {
			a.Profiles = []string{"campaign", "day", "off", "swing"}
			a.Responsible = map[string][]string{"day": {"claims", "help"}, "campaign": {"renewals"}, "swing": {"help", "itdesk"}}
		}},
		{`{"responsible":{"remove":["help","renewals"]}}`, func(a *callas.Agent) { a.Responsible = map[string][]string{"day": {"claims"}} }},
	} {
		got := bulk(t, `{"ids":["anna"],"set":`+tc.set+`}`).Set.On(h.sn(), anna)
		require.Equal(t, changed(anna, tc.want), got, tc.set)
	}
}

func TestPlan(t *testing.T) {
	yan, zoe := agent("yan", "care"), agent("zoe", "care")
	yan.Source, yan.Locked = "ldap", []string{"direction"}
	zoe.Direction = callas.DirectionNone
	h := newHouse(t, yan, zoe)
	p := planner(t)
	p.Allowed = func(_ context.Context, before, _ *callas.Agent) ([]callas.Reason, error) {
		if before.ID == "ben" {
			return []callas.Reason{"not_yours"}, nil
		}
		return nil, nil
	}
	plan, err := p.Plan(context.Background(), h.sn(), bulk(t, `{"filter":{"unit":"care"},"set":{"direction":"none"},"dry_run":true}`))
	require.NoError(t, err)
	got, err := json.Marshal(plan)
	require.NoError(t, err)
	require.JSONEq(t, `{"plan":"","base":"1.x","expires_at":"0001-01-01T00:00:00Z","matched":4,"changed":1,"unchanged":1,
		"locked":[{"id":"yan","fields":["direction"],"source":"ldap"}],"locked_total":1,
		"refused":[{"id":"ben","reasons":["not_yours"]}],"refused_total":1,
		"allowed":0,"blocked":2,"pairs":[
			{"agent":"anna","service":"claims","becomes":"blocked","reasons":["direction"]},
			{"agent":"anna","service":"help","becomes":"blocked","reasons":["direction"]}],
		"calling_now":[{"agent":"anna","service":"help","name":"anna"}],"calling_now_total":1}`, string(got))
	h.commit(plan.Writes()...)
	require.Equal(t, callas.DirectionNone, h.sn().Agent("anna").Direction)
	require.Equal(t, callas.DirectionExternal, h.sn().Agent("ben").Direction)
}

func TestAPlanTellsWhatBecomesAllowed(t *testing.T) {
	zoe := agent("zoe", "care")
	zoe.Direction = callas.DirectionNone
	h := newHouse(t, zoe, session("zoe", "day", ""))
	p := h.plan(`{"ids":["zoe","anna","zoe"],"set":{"direction":"external","responsible":{"day":{"remove":["claims"]}}}}`)
	require.Equal(t, 2, p.Matched, "each once")
	require.Equal(t, []settings.Pair{
		{Agent: "anna", Service: "claims", Becomes: settings.PairBlocked, Reasons: []callas.Reason{callas.ReasonNotResponsible}},
		{Agent: "zoe", Service: "help", Becomes: settings.PairAllowed, Reasons: []callas.Reason{}},
	}, p.Pairs)
	require.Equal(t, 1, p.Allowed)
	require.Equal(t, 1, p.Blocked)
	require.Zero(t, p.CallingNowTotal)
}

func TestAPlanIsOutdatedWhenAnAgentMoves(t *testing.T) {
	h := newHouse(t)
	p := h.plan(`{"filter":{},"set":{"direction":"all"}}`)
	require.Empty(t, p.Outdated(h.sn()))
	h.admit(put(agent("yan", "care")), put(changed(h.sn().Session("ben"), func(s *callas.Session) { s.CallAs = "" })))
	require.Empty(t, p.Outdated(h.sn()), "who came later is not in the plan")
	h.admit(put(changed(h.sn().Agent("ben"), func(a *callas.Agent) { a.Name = "Ben" })), del(callas.KindAgent, "anna"))
	require.Equal(t, []string{"anna", "ben"}, p.Outdated(h.sn()))
	_, err := h.tryCommit(p.Writes()...)
	var conflict *source.Conflict
	require.ErrorAs(t, err, &conflict)
}

func TestPlansThatCannotBeMade(t *testing.T) {
	h := newHouse(t)
	for body, want := range map[string][]string{
		`{"ids":["anna","bne"],"set":{"direction":"all"}}`:        {`/ids/1 there is no agent "bne" (did you mean "ben"?)`},
		`{"filter":{"unit":"x"},"set":{"direction":"all"}}`:       {`/filter/unit there is no unit "x"`},
		`{"filter":{},"set":{"unit":"leds"}}`:                     {`/set/unit there is no unit "leds" (did you mean "leeds"?)`},
		`{"filter":{},"set":{"profiles":{"add":["dya"]}}}`:        {`/set/profiles/add there is no profile "dya" (did you mean "day"?)`},
		`{"filter":{},"set":{"responsible":{"add":["halp"]}}}`:    {`/set/responsible/add there is no service "halp" (did you mean "help"?)`},
		`{"filter":{},"set":{"responsible":{"x":{"add":["y"]}}}}`: {`/set/responsible/x there is no profile "x"`, `/set/responsible/x/add there is no service "y"`},
	} {
		_, err := planner(t).Plan(context.Background(), h.sn(), bulk(t, body))
		var invalid *settings.Invalid
		require.ErrorAs(t, err, &invalid, body)
		require.Equal(t, want, lines(invalid.Problems))
	}
	p := planner(t)
	p.Visible = func(row callas.Row) bool { return row.Key() != "anna" }
	_, err := p.Plan(context.Background(), h.sn(), bulk(t, `{"ids":["anna"],"set":{"direction":"all"}}`))
	require.EqualError(t, err, `/ids/0 there is no agent "anna"`)
	p.Menus = broken{}
	_, err = p.Plan(context.Background(), h.sn(), bulk(t, `{"ids":["ben"],"set":{"direction":"all"}}`))
	require.ErrorIs(t, err, errBroken)
}

func TestAPlanHasItsLimit(t *testing.T) {
	h := newHouse(t, crowd(settings.MaxBulk-1)...)
	_, err := planner(t).Plan(context.Background(), h.sn(), bulk(t, `{"filter":{},"set":{"direction":"all"}}`))
	require.EqualError(t, err, `/filter matches 10001 agents: at most 10000 at once: narrow it, by a unit for instance`)
	many := settings.Bulk{IDs: make([]string, settings.MaxBulk+1)}
	_, err = planner(t).Plan(context.Background(), h.sn(), many)
	require.EqualError(t, err, `/ids names 10001 agents: at most 10000 at once`)
	p := h.plan(`{"filter":{"unit":"unit7"},"set":{"direction":"none"}}`)
	require.Len(t, p.Pairs, settings.ShownOfPlan)
	require.Equal(t, 200, p.Blocked)
	require.Equal(t, 100, p.CallingNowTotal)
}

func TestAPlannerNeedsItsParts(t *testing.T) {
	_, err := settings.Planner{}.Plan(context.Background(), newHouse(t).sn(), settings.Bulk{})
	require.ErrorContains(t, err, "are needed")
}

func TestAPlanHoldsEveryAgentToTheRules(t *testing.T) {
	many := make([]callas.Row, 0, settings.MaxProfiles)
	zoe := agent("zoe", "care")
	zoe.Profiles = nil
	for i := range settings.MaxProfiles {
		p := profile("p" + strconv.Itoa(i))
		zoe.Profiles = append(zoe.Profiles, p.ID)
		many = append(many, p)
	}
	h := newHouse(t, append(many, zoe)...)
	_, err := planner(t).Plan(context.Background(), h.sn(), bulk(t, `{"ids":["anna","zoe"],"set":{"profiles":{"add":["day"]}}}`))
	require.EqualError(t, err, `/agents/zoe/profiles holds 51 profiles: at most 50`)
}

func TestPlansAreKeptForAWhile(t *testing.T) {
	now := noon
	keep, err := settings.NewPlans(func() time.Time { return now }, rand.Reader)
	require.NoError(t, err)
	h := newHouse(t)
	p := h.plan(`{"filter":{},"set":{"direction":"all"}}`)
	require.NoError(t, keep.Keep("sue", p))
	require.Equal(t, noon.Add(settings.PlanLife), p.ExpiresAt)
	got, err := keep.Find("sue", p.ID)
	require.NoError(t, err)
	require.Same(t, p, got)
	_, err = keep.Find("eve", p.ID)
	require.ErrorIs(t, err, settings.ErrNoPlan)
	_, err = keep.Find("sue", "")
	require.ErrorIs(t, err, settings.ErrNoPlan)
	now = p.ExpiresAt
	_, err = keep.Find("sue", p.ID)
	require.ErrorIs(t, err, settings.ErrNoPlan)
}

func TestTheOldestPlanGivesWay(t *testing.T) {
	keep, err := settings.NewPlans(func() time.Time { return noon }, rand.Reader)
	require.NoError(t, err)
	h := newHouse(t)
	var all []*settings.Plan
	for range settings.MaxPlans + 1 {
		p := h.plan(`{"filter":{},"set":{"direction":"all"}}`)
		require.NoError(t, keep.Keep("sue", p))
		all = append(all, p)
	}
	_, err = keep.Find("sue", all[0].ID)
	require.ErrorIs(t, err, settings.ErrNoPlan)
	_, err = keep.Find("sue", all[1].ID)
	require.NoError(t, err)
}

func TestAKeeperNeedsAClockAndRandomness(t *testing.T) {
	_, err := settings.NewPlans(nil, rand.Reader)
	require.Error(t, err)
	keep, err := settings.NewPlans(time.Now, bytes.NewReader(nil))
	require.NoError(t, err)
	require.ErrorContains(t, keep.Keep("sue", &settings.Plan{}), "plan id")
}

func FuzzParseBulk(f *testing.F) {
	f.Add(`{"ids":["anna"],"set":{"direction":"all","profiles":{"add":["day"]},"responsible":{"day":{"add":["help"]}}}}`)
	f.Add(`{"filter":{"unit":"london"},"set":{"responsible":{"add":["help"],"remove":["claims"]}},"dry_run":true}`)
	h := newHouse(f)
	f.Fuzz(func(t *testing.T, body string) {
		b, problems := settings.ParseBulk([]byte(body))
		if len(problems) == 0 && b.Plan == "" {
			_, _ = planner(t).Plan(context.Background(), h.sn(), b) // must not panic
		}
	})
}

package engine_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"callas"
	"callas/bundles"
	"callas/demo"
	"callas/dialplan"
	"callas/engine"
	"callas/state"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var now = time.Date(2026, 11, 22, 14, 2, 0, 0, time.UTC)

// A house is an engine over the demo company, with what a test changes on top.
type house struct {
	*engine.Engine
	facts *state.Store
	plan  *dialplan.Plan
}

// shipped is the embedded bundle, opened once.
var shipped = sync.OnceValues(func() (*bundles.Bundle, error) { return bundles.Open(context.Background(), "") })

func newHouse(t testing.TB, change ...func(*engine.Parts)) house {
	t.Helper()
	bundle, err := shipped()
	require.NoError(t, err)
	plan, err := dialplan.New(demo.DialPlan())
	require.NoError(t, err)
	facts := state.New()
	parts := engine.Parts{
		Bundle: bundle, State: facts, Log: slog.New(slog.DiscardHandler), HomeCountry: "GB",
		Deadline: 10 * time.Second, // a slow test machine must not turn an answer into a timeout
		Now:      func() time.Time { return now },
	}
	for _, c := range change {
		c(&parts)
	}
	e, err := engine.New(parts)
	require.NoError(t, err)
	h := house{e, facts, plan}
	h.load(t, demo.Rows(now))
	facts.Heard(now)
	return h
}

// load replaces the facts, at revision 1.
func (h house) load(t testing.TB, rs []callas.Row) {
	t.Helper()
	require.NoError(t, h.facts.Load(func(add func(callas.Row) error) (callas.Token, error) {
		for _, r := range rs {
			if err := add(r); err != nil {
				return callas.Token{}, err
			}
		}
		return callas.Token{Revision: 1, Chain: "demo"}, nil
	}))
}

// set applies one changeset that writes the rows given.
func (h house) set(t testing.TB, rs ...callas.Row) {
	t.Helper()
	sn := h.facts.Snapshot()
	rev := sn.Token().Revision + 1
	var edits []callas.Edit
	for _, r := range rs {
		edits = append(edits, callas.Edit{Kind: r.Kind(), ID: r.Key(), Before: sn.Row(r.Kind(), r.Key()), After: r.WithRevision(rev)})
	}
	require.NoError(t, h.facts.Apply(callas.Changeset{Token: callas.Token{Revision: rev, Chain: "test"}, Edits: edits}))
}

func (h house) agent(id string, change func(*callas.Agent)) *callas.Agent {
	a := *h.facts.Snapshot().Agent(id)
	change(&a)
	return &a
}

func (h house) service(id string, change func(*callas.Service)) *callas.Service {
	s := *h.facts.Snapshot().Service(id)
	change(&s)
	return &s
}

func (h house) call(agent, target string) callas.Call {
	return callas.Call{Agent: agent, Target: h.plan.Classify(target), Modality: callas.Audio}
}

// outcome is what a test table compares: as whom, and why not.
type outcome struct {
	service string
	reasons []callas.Reason
}

func asService(id string) outcome         { return outcome{id, []callas.Reason{}} }
func asAgent(rs ...callas.Reason) outcome { return outcome{"", rs} }
func outcomeOf(d callas.Decision) outcome { return outcome{d.Service, d.Reasons} }

const (
	phone    = "tel:+447700900123"
	account  = "sip:customer@partner.example"
	internal = "sip:reception@nordhang.example"
)

func TestResolveAnswersTheVectors(t *testing.T) {
	noChange := func(testing.TB, house) {}
	session := func(s callas.Session) func(testing.TB, house) {
		return func(t testing.TB, h house) { h.set(t, &s) }
	}
	agent := func(change func(*callas.Agent)) func(testing.TB, house) {
		return func(t testing.TB, h house) { h.set(t, h.agent("anna", change)) }
	}
	service := func(change func(*callas.Service)) func(testing.TB, house) {
		return func(t testing.TB, h house) { h.set(t, h.service("help", change)) }
	}
	for name, tc := range map[string]struct {
		given         func(testing.TB, house)
		agent, target string
		change        func(*callas.Call)
		want          outcome
	}{
		"T1 a phone number is called as the selected service":      {noChange, "anna", phone, nil, asService("help")},
		"T2 a SIP account is not covered by external":              {noChange, "anna", account, nil, asAgent("direction")},
		"T3 direction all covers a SIP account":                    {noChange, "ben", account, nil, asService("help")},
		"T4 direction none covers nothing":                         {noChange, "clara", phone, nil, asAgent("direction")},
		"T5 selection None":                                        {session(callas.Session{Agent: "anna", Profile: "day"}), "anna", phone, nil, asAgent("none_selected")},
		"T6 off duty":                                              {session(callas.Session{Agent: "anna", Profile: "off", CallAs: "help"}), "anna", phone, nil, asAgent("off_duty")},
		"T6 the active profile is not part of the service":         {session(callas.Session{Agent: "anna", Profile: "campaign", CallAs: "help"}), "anna", phone, nil, asAgent("profile_without_service", "not_responsible")},
		"T7 responsible under another profile only":                {agent(func(a *callas.Agent) { a.Responsible = map[string][]string{"campaign": {"help"}} }), "anna", phone, nil, asAgent("not_responsible")},
		"T8 the switch is turned off while selected":               {service(func(s *callas.Service) { s.CallAsEnabled = false }), "anna", phone, nil, asAgent("service_disabled")},
		"T9 the service is in a sibling unit":                      {noChange, "emil", phone, nil, asAgent("other_unit")},
		"T9 the service is in a unit below":                        {agent(func(a *callas.Agent) { a.Unit = "nordhang" }), "anna", phone, nil, asAgent("other_unit")},
		"T10 the service is in a unit above":                       {noChange, "anna", phone, nil, asService("help")},
		"T11 an emergency goes out as the agent":                   {noChange, "ben", "tel:999", nil, asAgent("emergency")},
		"T11 an emergency with an outside line":                    {noChange, "ben", "9-911", nil, asAgent("emergency")},
		"T11 the emergency service by URN":                         {noChange, "ben", "urn:service:sos", nil, asAgent("emergency")},
		"T12 a chat cannot go out as a service":                    {noChange, "anna", phone, func(c *callas.Call) { c.Modality = callas.IM }, asAgent("modality")},
		"T13 an unknown agent":                                     {noChange, "nobody", phone, nil, asAgent("unknown_agent")},
		"T14 no usable number for a phone":                         {service(func(s *callas.Service) { s.Numbers = []callas.Number{} }), "anna", phone, nil, asAgent("no_number")},
		"T14 no number is needed inside":                           {service(func(s *callas.Service) { s.Numbers = []callas.Number{} }), "ben", internal, nil, asService("help")},
		"an alias names the agent":                                 {noChange, "sip:anna@nordhang.example", phone, nil, asService("help")},
		"an extension names the agent":                             {noChange, "2001", phone, nil, asService("help")},
		"call_as none replaces the selection":                      {noChange, "anna", phone, func(c *callas.Call) { c.CallAs = "none" }, asAgent("none_selected")},
		"call_as another service passes the same gates":            {noChange, "anna", phone, func(c *callas.Call) { c.CallAs = "claims" }, asService("claims")},
		"call_as an unknown service":                               {noChange, "anna", phone, func(c *callas.Call) { c.CallAs = "nope" }, asAgent("unknown_service")},
		"an agent switched off":                                    {agent(func(a *callas.Agent) { a.Enabled = false }), "anna", phone, nil, asAgent("agent_disabled")},
		"a number whose right has run out":                         {service(func(s *callas.Service) { s.Numbers = numberUntil(now) }), "anna", phone, nil, asAgent("no_number")},
		"a number whose right runs out later":                      {service(func(s *callas.Service) { s.Numbers = numberUntil(now.Add(time.Second)) }), "anna", phone, nil, asService("help")},
		"a selection that has expired reads as None":               {session(callas.Session{Agent: "anna", Profile: "day", CallAs: "help", ExpiresAt: &now}), "anna", phone, nil, asAgent("none_selected")},
		"a target that cannot be understood is covered by nothing": {noChange, "ben", "nonsense:", nil, asAgent("direction")},
		"a profile taken from the agent is no active profile":      {agent(func(a *callas.Agent) { a.Profiles = []string{"campaign"} }), "anna", phone, nil, asAgent("off_duty")},
		"every failed gate is told at once":                        {service(func(s *callas.Service) { s.CallAsEnabled = false; s.Numbers = []callas.Number{} }), "emil", phone, nil, asAgent("service_disabled", "other_unit", "no_number")},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			tc.given(t, h)
			call := h.call(tc.agent, tc.target)
			if tc.change != nil {
				tc.change(&call)
			}
			got, err := h.Resolve(context.Background(), call)
			require.NoError(t, err)
			require.Equal(t, tc.want, outcomeOf(got))
		})
	}
}

func numberUntil(expires time.Time) []callas.Number {
	return []callas.Number{{E164: "+442079460100", Default: true, RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Expires: &expires}}}
}

func TestResolveGivesTheWholeDecision(t *testing.T) {
	h := newHouse(t, func(p *engine.Parts) { p.NewID = func() string { return "d1" } })
	got, err := h.Resolve(context.Background(), h.call("anna", phone))
	require.NoError(t, err)
	want := callas.Decision{
		ID: "d1", As: callas.AsService, Service: "help",
		Identity: &callas.Identity{Name: "Help Call Center", Number: "+442079460100", URI: "sip:help@nordhang.example", Asserted: "+442079460100"},
		Target:   callas.Target{Class: callas.PSTN, Number: "+447700900123", URI: got.Target.URI, Country: "GB"},
		Reasons:  []callas.Reason{}, Revision: callas.Token{Revision: 1, Chain: "demo"}, Policy: h.Digest(),
	}
	want.Prepare()
	require.Equal(t, want, got)
}

func TestMenuListsWhatMayBeSelectedAndWhyNotTheRest(t *testing.T) {
	h := newHouse(t)
	h.set(t, h.service("help", func(s *callas.Service) { s.CallAsEnabled = false }))
	menu, err := h.Menu(context.Background(), h.facts.Snapshot(), "anna")
	require.NoError(t, err)
	got := map[string][]callas.Reason{}
	for _, i := range menu.Items {
		got[i.Service] = i.Reasons
	}
	require.Equal(t, map[string][]callas.Reason{
		"claims": {}, "help": {"service_disabled"}, "premium": {"service_disabled", "not_responsible"}, "renewals": {"profile_without_service", "not_responsible"},
	}, got)
	require.True(t, menu.Items[0].Available, "available services come first")
	require.Equal(t, &callas.Selection{Service: "help", Withdrawn: true, Reasons: []callas.Reason{"service_disabled"}}, menu.Selection)
}

func TestPreviewShowsWhomEachNetworkSees(t *testing.T) {
	h := newHouse(t)
	got := callas.Menu{Agent: "anna"}
	require.NoError(t, h.Preview(context.Background(), h.facts.Snapshot(), &got))
	names := map[callas.Class]string{}
	for class, id := range got.Preview {
		names[class] = id.Name
	}
	require.Equal(t, map[callas.Class]string{callas.PSTN: "Help Call Center", callas.Internal: "Anna Meier", callas.Federated: "Anna Meier"}, names)
	require.Equal(t, map[callas.Class]callas.As{callas.PSTN: "service", callas.Internal: "agent", callas.Federated: "agent"}, got.PreviewAs)
}

func TestExplainTellsEveryGate(t *testing.T) {
	h := newHouse(t)
	got, err := h.Explain(context.Background(), h.call("anna", account))
	require.NoError(t, err)
	require.Equal(t, asAgent("direction"), outcomeOf(got.Decision))
	var told []callas.Reason
	for _, g := range got.Gates {
		told = append(told, g.Gate)
		require.NotNil(t, g.Policy, "where does the policy say %s?", g.Gate)
		require.Equal(t, g.Gate != "direction", g.Passed || !g.Applies, g.Gate)
	}
	require.Equal(t, callas.Gates, told)
	i := slices.Index(told, callas.ReasonDirection)
	require.JSONEq(t, `"external"`, string(got.Gates[i].Fact))
	require.Equal(t, "data.state.agents.anna.direction", got.Gates[i].Path)
	require.Equal(t, "supervisor", got.Gates[i].Who)
}

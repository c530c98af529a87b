package settings_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"callas"
	"callas/dialplan"
	"callas/settings"
	"callas/source"
	"callas/state"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// tester is what *testing.T, *testing.B and *rapid.T have in common.
type tester interface {
	require.TestingT
	Helper()
}

// house is a store with its log: what a source does to preconditions and revisions,
// without the disk.
type house struct {
	t     tester
	store *state.Store
	log   []callas.Changeset
}

// newHouse opens the company nordhang with these rows besides, all written at revision 1.
func newHouse(t tester, more ...callas.Row) *house {
	t.Helper()
	h := &house{t: t, store: state.New()}
	h.commit(puts(append(nordhang(), more...)...)...)
	return h
}

func (h *house) sn() *state.Snapshot { return h.store.Snapshot() }

// commit makes one changeset, as a source does, and fails the test on a conflict.
func (h *house) commit(writes ...source.Write) callas.Changeset {
	h.t.Helper()
	cs, err := h.tryCommit(writes...)
	require.NoError(h.t, err)
	return cs
}

func (h *house) tryCommit(writes ...source.Write) (callas.Changeset, error) {
	sn := h.sn()
	cs := callas.Changeset{Token: callas.Token{Revision: sn.Token().Revision + 1, Chain: "x"}, At: noon}
	for _, w := range writes {
		before, have := sn.Row(w.Kind, w.ID), int64(0)
		if before != nil {
			have = before.Revision()
		}
		if err := w.If.Check(w.Kind, w.ID, have); err != nil {
			return cs, err
		}
		if settings.Same(before, w.Row) {
			continue
		}
		after := w.Row
		if after != nil {
			after = after.WithRevision(cs.Token.Revision)
		}
		cs.Edits = append(cs.Edits, callas.Edit{Kind: w.Kind, ID: w.ID, Before: before, After: after})
	}
	if len(cs.Edits) == 0 {
		return callas.Changeset{Token: sn.Token()}, nil
	}
	if err := h.store.Apply(cs); err != nil {
		return cs, err
	}
	h.log = append(h.log, cs)
	return cs, nil
}

// admit admits a batch and commits it.
func (h *house) admit(writes ...source.Write) callas.Changeset {
	h.t.Helper()
	full, findings := settings.Admit(h.sn(), british(h.t), nil, writes)
	require.Empty(h.t, findings)
	return h.commit(full...)
}

// refusals admits a batch and returns what is wrong with it: "0 /unit there is no unit ...".
func (h *house) refusals(writes ...source.Write) []string {
	h.t.Helper()
	full, findings := settings.Admit(h.sn(), british(h.t), nil, writes)
	require.Empty(h.t, full)
	return told(findings)
}

func told(findings []settings.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, strconv.Itoa(f.Write)+" "+f.Pointer+" "+f.Detail)
	}
	return out
}

// everything is all rows as they are, without revisions.
func (h *house) everything() []callas.Row { return rowsOf(h.sn()) }

func rowsOf(sn *state.Snapshot) []callas.Row {
	var out []callas.Row
	for _, k := range callas.Kinds {
		for row := range sn.Rows(k) {
			out = append(out, row.WithRevision(0))
		}
	}
	return out
}

// plan is made once: it reads libphonenumber's tables.
var plan = sync.OnceValues(func() (*dialplan.Plan, error) {
	return dialplan.New(dialplan.Config{HomeCountry: "GB", OutsidePrefixes: []string{"9"}, InternalDomains: []string{"nordhang.example"}})
})

func british(t tester) *dialplan.Plan {
	t.Helper()
	p, err := plan()
	require.NoError(t, err)
	return p
}

func put(row callas.Row) source.Write {
	return source.Write{Kind: row.Kind(), ID: row.Key(), Row: row}
}

func puts(rows ...callas.Row) []source.Write {
	var out []source.Write
	for _, row := range rows {
		out = append(out, put(row))
	}
	return out
}

func del(k callas.Kind, id string) source.Write { return source.Write{Kind: k, ID: id} }

// nordhang is the demo company in small.
func nordhang() []callas.Row {
	rows := []callas.Row{
		unit("nordhang", ""), unit("london", "nordhang"), unit("care", "london"), unit("leeds", "nordhang"),
		service("help", "london", "+442079460100"), service("claims", "london", "+442079460101"),
		service("renewals", "london", "+442079460102"), service("itdesk", "leeds", "+442079460103"),
		profile("day", "claims", "help"), profile("campaign", "renewals"),
		&callas.Profile{ID: "off", Name: "Off Duty", OffDuty: true},
		agent("anna", "care", "sip:anna@nordhang.example", "2001"),
		agent("ben", "care", "sip:ben@nordhang.example", "2002"),
		session("anna", "day", "help"), session("ben", "day", "help"),
	}
	for i, row := range rows {
		rows[i] = settings.Normal(row)
	}
	return rows
}

func unit(id, parent string) *callas.Unit { return &callas.Unit{ID: id, Name: id, Parent: parent} }

func service(id, unit, number string) *callas.Service {
	return &callas.Service{ID: id, Name: id, Unit: unit, CallAsEnabled: true, Numbers: []callas.Number{{
		E164: number, Default: true, RightOfUse: callas.RightOfUse{Status: callas.RightVerified},
	}}}
}

func profile(id string, services ...string) *callas.Profile {
	return &callas.Profile{ID: id, Name: id, Services: services}
}

// agent is responsible for help and claims on day and for renewals on campaign.
func agent(id, unit string, aliases ...string) *callas.Agent {
	return &callas.Agent{ID: id, Name: id, Unit: unit, Enabled: true, Aliases: aliases, Direction: callas.DirectionExternal,
		Profiles:    []string{"campaign", "day", "off"},
		Responsible: map[string][]string{"day": {"claims", "help"}, "campaign": {"renewals"}}}
}

func session(agent, profile, callAs string) *callas.Session {
	return &callas.Session{Agent: agent, Profile: profile, CallAs: callAs, Since: noon}
}

func changed[R callas.Row](row R, how func(R)) R {
	c := row.WithRevision(row.Revision()).(R)
	how(c)
	return c
}

// law is the gates of the shipped policy that shape a menu, without the policy.
type law struct{}

func (law) Menus(sn *state.Snapshot) func(context.Context, string) (callas.Menu, error) {
	return func(_ context.Context, id string) (callas.Menu, error) { return lawful(sn, id) }
}

func lawful(sn *state.Snapshot, id string) (callas.Menu, error) {
	a, menu := sn.Agent(id), callas.Menu{Agent: id, Items: []callas.MenuItem{}}
	if a == nil {
		return menu, nil
	}
	s := sn.Session(id)
	if s == nil {
		s = &callas.Session{}
	}
	menu.Profile = s.Profile
	var ids []string
	for _, p := range a.Profiles {
		if p := sn.Profile(p); p != nil {
			ids = append(ids, p.Services...)
		}
	}
	for _, services := range a.Responsible {
		ids = append(ids, services...)
	}
	if s.CallAs != "" {
		ids = append(ids, s.CallAs)
	}
	slices.Sort(ids)
	for _, service := range slices.Compact(ids) {
		reasons := gates(sn, a, s.Profile, service)
		menu.Items = append(menu.Items, callas.MenuItem{Service: service, Available: len(reasons) == 0, Reasons: reasons})
	}
	if s.CallAs != "" {
		reasons := gates(sn, a, s.Profile, s.CallAs)
		menu.Selection = &callas.Selection{Service: s.CallAs, Withdrawn: len(reasons) > 0, Reasons: reasons}
	}
	return menu, nil
}

func gates(sn *state.Snapshot, a *callas.Agent, active, id string) []callas.Reason {
	reasons := []callas.Reason{}
	fails := func(r callas.Reason, when bool) {
		if when {
			reasons = append(reasons, r)
		}
	}
	service, p := sn.Service(id), sn.Profile(active)
	onDuty := p != nil && !p.OffDuty && slices.Contains(a.Profiles, active)
	fails(callas.ReasonAgentDisabled, !a.Enabled)
	fails(callas.ReasonUnknownService, service == nil)
	fails(callas.ReasonServiceDisabled, service != nil && !service.CallAsEnabled)
	fails(callas.ReasonOtherUnit, service != nil && !slices.Contains(sn.Below(service.Unit), a.Unit))
	fails(callas.ReasonDirection, a.Direction == callas.DirectionNone)
	fails(callas.ReasonOffDuty, !onDuty)
	fails(callas.ReasonProfileWithoutService, onDuty && !slices.Contains(p.Services, id))
	fails(callas.ReasonNotResponsible, onDuty && !slices.Contains(a.Responsible[active], id))
	return reasons
}

// broken has no menus.
type broken struct{}

var errBroken = errors.New("the policy failed")

func (broken) Menus(*state.Snapshot) func(context.Context, string) (callas.Menu, error) {
	return func(context.Context, string) (callas.Menu, error) { return callas.Menu{}, errBroken }
}

// blank are menus that cost nothing.
type blank struct{}

func (blank) Menus(*state.Snapshot) func(context.Context, string) (callas.Menu, error) {
	return func(context.Context, string) (callas.Menu, error) { return callas.Menu{}, nil }
}

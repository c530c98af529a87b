package settings_test

import (
	"context"
	"testing"
	"time"

	"callas"
	"callas/settings"
	"callas/source"
	"callas/state"

	"github.com/stretchr/testify/require"
)

var later = noon.Add(time.Hour)

// choose makes a wish an hour after noon, and commits what it comes to.
func (h *house) choose(agent, wish string) error {
	h.t.Helper()
	w, problems := settings.ParseWish([]byte(wish))
	require.Empty(h.t, problems)
	write, err := settings.Choose(context.Background(), h.sn(), law{}, later, agent, w)
	if err != nil {
		require.Nil(h.t, write)
		return err
	}
	if write != nil {
		h.admit(*write)
	}
	return nil
}

func TestChoose(t *testing.T) {
	in8h := later.Add(8 * time.Hour)
	for _, tc := range []struct {
		note string
		was  *callas.Session // nil: none
		wish string
		want *callas.Session
	}{
		{"a first wish", nil, `{"profile":"day","call_as":"help"}`,
			&callas.Session{Agent: "zoe", Profile: "day", CallAs: "help", Since: later}},
		{"None", session("zoe", "day", "help"), `{"call_as":null}`,
			&callas.Session{Agent: "zoe", Profile: "day", Since: later}},
		{"None by its word", session("zoe", "day", "help"), `{"call_as":"none"}`,
			&callas.Session{Agent: "zoe", Profile: "day", Since: later}},
		{"another service", session("zoe", "day", "help"), `{"call_as":"claims"}`,
			&callas.Session{Agent: "zoe", Profile: "day", CallAs: "claims", Since: later}},
		{"a new profile keeps what it offers", session("zoe", "day", "help"), `{"profile":"night"}`,
			&callas.Session{Agent: "zoe", Profile: "night", CallAs: "help", Since: later}},
		{"a new profile ends what it does not offer", session("zoe", "day", "help"), `{"profile":"campaign"}`,
			&callas.Session{Agent: "zoe", Profile: "campaign", Since: later, EndedBecause: settings.EndedProfileChanged}},
		{"a new profile and what it offers", session("zoe", "day", "help"), `{"profile":"campaign","call_as":"renewals"}`,
			&callas.Session{Agent: "zoe", Profile: "campaign", CallAs: "renewals", Since: later}},
		{"a new profile and None end nothing against the wish", session("zoe", "day", "help"), `{"profile":"campaign","call_as":null}`,
			&callas.Session{Agent: "zoe", Profile: "campaign", Since: later}},
		{"an off-duty profile", session("zoe", "day", "help"), `{"profile":"off"}`,
			&callas.Session{Agent: "zoe", Profile: "off", Since: later, EndedBecause: settings.EndedOffDuty}},
		{"no profile", session("zoe", "day", "help"), `{"profile":null}`,
			&callas.Session{Agent: "zoe", Since: later, EndedBecause: settings.EndedOffDuty}},
		{"back on duty the reason stays until something is selected", &callas.Session{Agent: "zoe", Since: noon, EndedBecause: settings.EndedOffDuty},
			`{"profile":"day"}`,
			&callas.Session{Agent: "zoe", Profile: "day", Since: later, EndedBecause: settings.EndedOffDuty}},
		{"an end by itself", session("zoe", "day", ""), `{"call_as":"help","expires_in":"8h"}`,
			&callas.Session{Agent: "zoe", Profile: "day", CallAs: "help", Since: later, ExpiresAt: &in8h}},
		{"an end for what is selected", session("zoe", "day", "help"), `{"expires_in":"8h"}`,
			&callas.Session{Agent: "zoe", Profile: "day", CallAs: "help", Since: noon, ExpiresAt: &in8h}},
		{"no more end", &callas.Session{Agent: "zoe", Profile: "day", CallAs: "help", Since: noon, ExpiresAt: &in8h}, `{"expires_in":null}`,
			&callas.Session{Agent: "zoe", Profile: "day", CallAs: "help", Since: noon}},
		{"a new selection has no old end", &callas.Session{Agent: "zoe", Profile: "day", CallAs: "help", Since: noon, ExpiresAt: &in8h}, `{"call_as":"claims"}`,
			&callas.Session{Agent: "zoe", Profile: "day", CallAs: "claims", Since: later}},
		{"a kept selection keeps its end", &callas.Session{Agent: "zoe", Profile: "day", CallAs: "help", Since: noon, ExpiresAt: &in8h}, `{"profile":"night"}`,
			&callas.Session{Agent: "zoe", Profile: "night", CallAs: "help", Since: later, ExpiresAt: &in8h}},
		{"time that was up is told", &callas.Session{Agent: "zoe", Profile: "day", CallAs: "help", Since: noon, ExpiresAt: &later}, `{"profile":"night"}`,
			&callas.Session{Agent: "zoe", Profile: "night", Since: later, EndedBecause: settings.EndedExpired}},
		{"nothing asked, nothing changed", session("zoe", "day", "help"), `{}`, session("zoe", "day", "help")},
		{"the same again changes nothing", session("zoe", "day", "help"), `{"profile":"day","call_as":"help"}`, session("zoe", "day", "help")},
	} {
		t.Run(tc.note, func(t *testing.T) {
			h := zoes(t, tc.was)
			require.NoError(t, h.choose("zoe", tc.wish))
			require.Equal(t, tc.want, h.sn().Session("zoe").WithRevision(0))
		})
	}
}

// zoes is a house in which zoe may call as help on day and night.
func zoes(t *testing.T, was *callas.Session) *house {
	zoe := agent("zoe", "care")
	zoe.Profiles = append(zoe.Profiles, "night", "swing")
	zoe.Responsible["night"] = []string{"help"}
	rows := []callas.Row{zoe, profile("night", "help"), profile("swing", "help"), profile("idle")}
	if was != nil {
		rows = append(rows, was)
	}
	return newHouse(t, rows...)
}

func TestChooseRefusesAndChangesNothing(t *testing.T) {
	for _, tc := range []struct {
		note, wish string
		want       []callas.Reason
	}{
		{"a service of another profile", `{"call_as":"renewals"}`,
			[]callas.Reason{callas.ReasonProfileWithoutService, callas.ReasonNotResponsible}},
		{"a service that is neither offered nor answered for", `{"call_as":"itdesk"}`,
			[]callas.Reason{callas.ReasonOtherUnit, callas.ReasonProfileWithoutService, callas.ReasonNotResponsible}},
		{"a service that does not exist", `{"call_as":"halp"}`, []callas.Reason{callas.ReasonUnknownService}},
		{"the new profile does not offer it", `{"profile":"campaign","call_as":"help"}`,
			[]callas.Reason{callas.ReasonProfileWithoutService, callas.ReasonNotResponsible}},
		{"off duty", `{"profile":"off","call_as":"help"}`, []callas.Reason{callas.ReasonOffDuty}},
		{"no profile", `{"profile":null,"call_as":"help"}`, []callas.Reason{callas.ReasonOffDuty}},
	} {
		t.Run(tc.note, func(t *testing.T) {
			h := zoes(t, session("zoe", "day", "help"))
			err := h.choose("zoe", tc.wish)
			var refused *settings.Refused
			require.ErrorAs(t, err, &refused)
			require.Equal(t, tc.want, refused.Reasons)
			require.Equal(t, session("zoe", "day", "help"), h.sn().Session("zoe").WithRevision(0))
		})
	}
}

func TestChooseTellsWhatDoesNotExist(t *testing.T) {
	for _, tc := range []struct{ agent, wish, want string }{
		{"zoo", `{}`, `there is no agent "zoo"`},
		{"zoe", `{"profile":"dya"}`, `/profile agent "zoe" has no profile "dya" (did you mean "day"?)`},
		{"zoe", `{"profile":"idle"}`, `/profile agent "zoe" has no profile "idle"`},
		{"zoe", `{"expires_in":"8h"}`, `/expires_in says when a selection ends, but nothing is selected: name a service under "call_as"`},
	} {
		err := zoes(t, nil).choose(tc.agent, tc.wish)
		var invalid *settings.Invalid
		require.ErrorAs(t, err, &invalid)
		require.Equal(t, tc.want, err.Error())
	}
}

func TestAWithdrawnSelectionAndANewProfile(t *testing.T) {
	h := zoes(t, session("zoe", "day", "help"))
	h.admit(put(changed(h.sn().Service("help"), func(s *callas.Service) { s.CallAsEnabled = false })))
	require.NoError(t, h.choose("zoe", `{"profile":"night"}`))
	require.Equal(t, "help", h.sn().Session("zoe").CallAs, "the profile offers it: the wish stands, withdrawn as before")
	require.NoError(t, h.choose("zoe", `{"profile":"swing"}`))
	require.Equal(t, settings.EndedProfileChanged, h.sn().Session("zoe").EndedBecause, "zoe is not responsible on swing")
}

// strict is a policy with a reason of its own, for one profile.
type strict struct{ profile string }

func (s strict) Menus(sn *state.Snapshot) func(context.Context, string) (callas.Menu, error) {
	return func(_ context.Context, id string) (callas.Menu, error) {
		menu, err := lawful(sn, id)
		if menu.Profile == s.profile {
			for i := range menu.Items {
				menu.Items[i].Available = false
				menu.Items[i].Reasons = append(menu.Items[i].Reasons, "not_today")
			}
		}
		return menu, err
	}
}

func TestAReasonOfThePolicysOwnThatComesWithTheProfileEndsTheSelection(t *testing.T) {
	for _, tc := range []struct{ profile, want string }{{"night", ""}, {"day", "help"}, {"off", "help"}} {
		h := zoes(t, session("zoe", "day", "help"))
		w, _ := settings.ParseWish([]byte(`{"profile":"night"}`))
		write, err := settings.Choose(context.Background(), h.sn(), strict{tc.profile}, later, "zoe", w)
		require.NoError(t, err)
		require.Equal(t, tc.want, write.Row.(*callas.Session).CallAs, "not today on %s", tc.profile)
	}
}

// silent are menus that do not even list what is not available.
type silent struct{}

func (silent) Menus(*state.Snapshot) func(context.Context, string) (callas.Menu, error) {
	return func(context.Context, string) (callas.Menu, error) { return callas.Menu{}, nil }
}

func TestAServiceThatTheMenuDoesNotListIsRefusedWithReasonsToo(t *testing.T) {
	for profile, want := range map[string]string{
		"day": `service claims is not available: [profile_without_service not_responsible]`,
		"off": `service claims is not available: [off_duty]`,
	} {
		w, _ := settings.ParseWish([]byte(`{"profile":"` + profile + `","call_as":"claims"}`))
		_, err := settings.Choose(context.Background(), zoes(t, nil).sn(), silent{}, later, "zoe", w)
		require.EqualError(t, err, want)
	}
}

func TestChoosePassesOnThatTheMenuFailed(t *testing.T) {
	h := zoes(t, session("zoe", "day", "help"))
	for _, wish := range []string{`{"call_as":"claims"}`, `{"profile":"night"}`} {
		w, _ := settings.ParseWish([]byte(wish))
		_, err := settings.Choose(context.Background(), h.sn(), broken{}, later, "zoe", w)
		require.ErrorIs(t, err, errBroken)
	}
}

func TestAChoiceIsConditionalOnTheSessionItWasMadeFor(t *testing.T) {
	h := zoes(t, nil)
	w, _ := settings.ParseWish([]byte(`{"profile":"day","call_as":"help"}`))
	write, err := settings.Choose(context.Background(), h.sn(), law{}, later, "zoe", w)
	require.NoError(t, err)
	require.Equal(t, source.Absent, write.If)
	h.commit(*write)
	_, err = h.tryCommit(*write)
	require.Error(t, err)
}

func TestParseWishRefuses(t *testing.T) {
	for body, want := range map[string]string{
		`{"proflie":"day"}`:       `/proflie unknown field "proflie" (did you mean "profile"?)`,
		`{"profile":5}`:           `/profile wants a text, not the number 5`,
		`{"expires_in":"-1h"}`:    `/expires_in "-1h" is no time from now: write 30m or 8h, at most 31 days, or null for no end`,
		`{"expires_in":"10000h"}`: `/expires_in "10000h" is no time from now: write 30m or 8h, at most 31 days, or null for no end`,
		`{"expires_in":""}`:       `/expires_in "" is no time from now: write 30m or 8h, at most 31 days, or null for no end`,
		`null`:                    `wants an object, not null`,
		`[]`:                      `wants an object, not a list`,
		``:                        `is not JSON: at byte 0: it ends too early`,
	} {
		_, problems := settings.ParseWish([]byte(body))
		require.Len(t, problems, 1, body)
		require.Equal(t, want, (&settings.Invalid{Problems: problems}).Error(), body)
	}
}

func TestLogOut(t *testing.T) {
	h := newHouse(t)
	require.Nil(t, settings.LogOut(h.sn(), later, "zoe"), "who never logged in cannot log out")
	h.admit(*settings.LogOut(h.sn(), later, "anna"))
	want := &callas.Session{Agent: "anna", Since: later, EndedBecause: settings.EndedLoggedOut}
	require.Equal(t, want, h.sn().Session("anna").WithRevision(0))
	require.Nil(t, settings.LogOut(h.sn(), later.Add(time.Hour), "anna"), "a second time changes nothing")
}

func TestExpired(t *testing.T) {
	h := newHouse(t)
	require.Empty(t, settings.Expired(h.sn(), later))
	h.commit(put(changed(h.sn().Session("anna"), func(s *callas.Session) { s.ExpiresAt = &later })))
	require.Empty(t, settings.Expired(h.sn(), later.Add(-time.Microsecond)))
	h.admit(settings.Expired(h.sn(), later.Add(time.Minute))...)
	want := &callas.Session{Agent: "anna", Profile: "day", Since: later, EndedBecause: settings.EndedExpired}
	require.Equal(t, want, h.sn().Session("anna").WithRevision(0))
	require.Equal(t, "help", h.sn().Session("ben").CallAs)
}

package settings_test

import (
	"strings"
	"testing"
	"time"

	"callas"
	"callas/settings"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func TestDeletingAService(t *testing.T) {
	h := newHouse(t)
	cs := h.admit(del(callas.KindService, "help"))
	require.Len(t, cs.Edits, 6, "the service, a profile, two agents, two sessions")
	require.Equal(t, []string{"claims"}, h.sn().Profile("day").Services)
	require.Equal(t, map[string][]string{"day": {"claims"}, "campaign": {"renewals"}}, h.sn().Agent("anna").Responsible)
	got := h.sn().Session("anna")
	require.Equal(t, "", got.CallAs)
	require.Equal(t, settings.EndedServiceDeleted, got.EndedBecause)
	require.Equal(t, "day", got.Profile, "the agent stays on duty")
}

func TestDeletingAServiceLeavesNoEmptyResponsibility(t *testing.T) {
	h := newHouse(t)
	h.admit(del(callas.KindService, "renewals"))
	require.NotContains(t, h.sn().Agent("anna").Responsible, "campaign")
	require.Equal(t, "help", h.sn().Session("anna").CallAs, "another selection goes on")
}

func TestDeletingAProfile(t *testing.T) {
	h := newHouse(t)
	h.admit(del(callas.KindProfile, "day"))
	require.Equal(t, []string{"campaign", "off"}, h.sn().Agent("anna").Profiles)
	require.Equal(t, map[string][]string{"campaign": {"renewals"}}, h.sn().Agent("anna").Responsible)
	got := h.sn().Session("anna")
	require.Equal(t, "", got.Profile)
	require.Equal(t, "", got.CallAs)
	require.Equal(t, settings.EndedOffDuty, got.EndedBecause)
}

func TestDeletingAnAgent(t *testing.T) {
	h := newHouse(t, &callas.AccessToken{ID: "annas", Hash: strings.Repeat("a", 64), CreatedAt: noon,
		Principal: callas.Principal{Name: "Anna", Role: callas.RoleAgent, Agent: "anna"}})
	h.admit(del(callas.KindAgent, "anna"))
	require.Nil(t, h.sn().Session("anna"))
	require.Nil(t, h.sn().AccessToken("annas"), "it would let its holder in as the next anna")
	require.NotNil(t, h.sn().Session("ben"))
}

func TestDeletingMuchAtOnceWritesEachRowOnce(t *testing.T) {
	h := newHouse(t)
	cs := h.admit(del(callas.KindService, "help"), del(callas.KindService, "claims"),
		del(callas.KindProfile, "day"), del(callas.KindAgent, "ben"))
	seen := map[string]bool{}
	for _, e := range cs.Edits {
		key := string(e.Kind) + e.ID
		require.False(t, seen[key], key)
		seen[key] = true
	}
	require.Nil(t, h.sn().Session("ben"))
	require.Equal(t, map[string][]string{"campaign": {"renewals"}}, h.sn().Agent("anna").Responsible)
}

func TestConsequencesAreConditionalOnWhatWasSeen(t *testing.T) {
	h := newHouse(t)
	full, findings := settings.Admit(h.sn(), british(t), nil, []source.Write{del(callas.KindService, "help")})
	require.Empty(t, findings)
	h.commit(put(changed(h.sn().Agent("anna"), func(a *callas.Agent) { a.Name = "Anna M" })))
	_, err := h.tryCommit(full...)
	var conflict *source.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "anna", conflict.ID)
}

func TestARowThatTheBatchWritesIsNotRewritten(t *testing.T) {
	h := newHouse(t)
	require.Equal(t, []string{`1 /services service "help" is deleted by this same change: take it out here, or do not delete it`},
		h.refusals(del(callas.KindService, "help"), put(profile("day", "claims", "help"))))
	h.admit(del(callas.KindService, "help"), put(profile("day", "claims", "itdesk")))
	require.Equal(t, []string{"claims", "itdesk"}, h.sn().Profile("day").Services)
}

func TestASelectionSurvivesWhatOnlyWithdrawsIt(t *testing.T) {
	h := newHouse(t)
	want := *h.sn().Session("anna")
	h.admit(put(changed(h.sn().Service("help"), func(s *callas.Service) { s.CallAsEnabled = false })))
	h.admit(put(changed(h.sn().Agent("anna"), func(a *callas.Agent) { a.Direction, a.Responsible = callas.DirectionNone, nil })))
	require.Equal(t, want, *h.sn().Session("anna"))
}

func TestNothingEndsWhereNothingIsSelected(t *testing.T) {
	h := newHouse(t)
	s := changed(h.sn().Session("anna"), func(s *callas.Session) {
		s.CallAs, s.EndedBecause, s.Since = "", settings.EndedExpired, noon.Add(-time.Hour)
	})
	h.commit(put(s))
	h.admit(del(callas.KindProfile, "day"))
	require.Equal(t, settings.EndedExpired, h.sn().Session("anna").EndedBecause)
}

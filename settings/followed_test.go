package settings_test

import (
	"testing"

	"callas"
	"callas/settings"

	"github.com/stretchr/testify/require"
)

// followed lists what merely followed in a changeset.
func followed(cs callas.Changeset) (out []string) {
	follows := settings.Followed(cs)
	for _, e := range cs.Edits {
		if follows(e.Kind, e.ID) {
			out = append(out, string(e.Kind)+" "+e.ID)
		}
	}
	return out
}

func TestWhatADeletionTakesFromOthersFollows(t *testing.T) {
	h := newHouse(t)
	cs := h.admit(del(callas.KindService, "help"))
	want := []string{"profile day", "agent anna", "agent ben", "session anna", "session ben"}
	require.Equal(t, want, followed(cs))
	require.Len(t, cs.Edits, len(want)+1)
	h.undo(cs)
	require.ElementsMatch(t, want, followed(h.log[len(h.log)-1]), "and what it gives back")

	require.Equal(t, []string{"agent anna", "agent ben", "session anna", "session ben"}, followed(h.admit(del(callas.KindProfile, "day"))))
}

func TestASessionFollowsItsAgentAndATokenNever(t *testing.T) {
	h := newHouse(t, &callas.AccessToken{ID: "ben", Principal: callas.Principal{Role: callas.RoleAgent, Agent: "ben"}})
	cs := h.admit(del(callas.KindAgent, "ben"))
	require.Len(t, cs.Edits, 3)
	require.Equal(t, []string{"session ben"}, followed(cs))
}

func TestWhatWasChangedBesidesDidNotMerelyFollow(t *testing.T) {
	h := newHouse(t)
	cs := h.admit(del(callas.KindService, "help"), del(callas.KindService, "renewals"),
		put(changed(h.sn().Profile("day"), func(p *callas.Profile) { p.Services = []string{} })),
		put(changed(h.sn().Agent("anna"), func(a *callas.Agent) {
			a.Direction = callas.DirectionAll
			a.Responsible = map[string][]string{"day": {"claims"}}
		})),
		put(changed(h.sn().Session("anna"), func(s *callas.Session) { s.Profile, s.CallAs, s.EndedBecause = "off", "", settings.EndedOffDuty })))
	require.ElementsMatch(t, []string{"profile campaign", "agent ben", "session ben"}, followed(cs))
	require.Empty(t, followed(h.admit(put(changed(h.sn().Profile("day"), func(p *callas.Profile) { p.Services = []string{"claims"} })))))
}

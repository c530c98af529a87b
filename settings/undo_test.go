package settings_test

import (
	"testing"

	"callas"
	"callas/settings"
	"callas/source"

	"github.com/stretchr/testify/require"
)

// undo undoes a changeset and commits that.
func (h *house) undo(cs callas.Changeset) {
	h.t.Helper()
	writes, edited := settings.Undo(h.sn(), cs)
	require.Empty(h.t, edited)
	h.admit(writes...)
}

func TestUndoBringsEverythingBack(t *testing.T) {
	h := newHouse(t)
	want := h.everything()
	for _, writes := range [][]source.Write{
		{del(callas.KindService, "help")},
		{del(callas.KindProfile, "day"), del(callas.KindAgent, "ben")},
		{put(unit("paris", "nordhang")), put(agent("zoe", "paris")), put(agent("anna", "paris"))},
	} {
		h.undo(h.admit(writes...))
		require.Equal(t, want, h.everything())
	}
}

func TestUndoCanBeUndone(t *testing.T) {
	h := newHouse(t)
	cs := h.admit(del(callas.KindService, "help"))
	want := h.everything()
	h.undo(cs)
	h.undo(h.log[len(h.log)-1])
	require.Equal(t, want, h.everything())
}

func TestUndoNamesWhatWasEditedSince(t *testing.T) {
	h := newHouse(t)
	cs := h.admit(put(changed(h.sn().Agent("anna"), func(a *callas.Agent) { a.Direction = callas.DirectionAll })),
		put(changed(h.sn().Agent("ben"), func(a *callas.Agent) { a.Direction = callas.DirectionAll })),
		put(unit("paris", "nordhang")), del(callas.KindService, "itdesk"))
	h.admit(put(changed(h.sn().Agent("ben"), func(a *callas.Agent) { a.Name = "Ben" })),
		del(callas.KindUnit, "paris"), put(service("itdesk", "leeds", "+442079460103")))
	writes, edited := settings.Undo(h.sn(), cs)
	require.Empty(t, writes)
	require.Equal(t, []string{"ben", "paris", "itdesk"}, keys(edited))
}

func TestUndoLeavesSessionsThatHaveMovedOn(t *testing.T) {
	h := newHouse(t)
	cs := h.admit(del(callas.KindService, "help"))
	require.NoError(t, h.choose("anna", `{"call_as":"claims"}`))
	h.undo(cs)
	require.Equal(t, "claims", h.sn().Session("anna").CallAs, "anna's own wish")
	require.Equal(t, "help", h.sn().Session("ben").CallAs)
	require.NotNil(t, h.sn().Service("help"))

	h = newHouse(t)
	cs = h.admit(put(session("anna", "day", "claims")))
	require.NoError(t, h.choose("anna", `{"call_as":null}`))
	writes, edited := settings.Undo(h.sn(), cs)
	require.Empty(t, writes)
	require.Equal(t, []string{"anna"}, keys(edited), "where there is nothing else to undo it is told")
}

func TestUndoIsHeldToTheRules(t *testing.T) {
	h := newHouse(t)
	cs := h.admit(put(unit("paris", "nordhang")))
	h.admit(put(agent("zoe", "paris")))
	writes, edited := settings.Undo(h.sn(), cs)
	require.Empty(t, edited)
	require.Equal(t, []string{`0  unit "paris" still has agent "zoe": move or delete them first, or in the same change`}, h.refusals(writes...))
}

package settings_test

import (
	"slices"
	"strconv"
	"testing"

	"callas"
	"callas/settings"
	"callas/source"
	"callas/state"

	"github.com/stretchr/testify/require"
)

// take imports a batch and commits its series.
func (h *house) take(batch []source.Write) *settings.Import {
	h.t.Helper()
	im := settings.NewImport(h.sn(), british(h.t), nil, batch)
	require.Empty(h.t, told(im.Findings))
	for _, writes := range im.Series {
		h.commit(writes...)
	}
	return im
}

func counts(im *settings.Import) [4]int {
	return [4]int{im.Created, im.Changed, im.Unchanged, im.Deleted}
}

func TestImport(t *testing.T) {
	h := newHouse(t)
	im := h.take([]source.Write{
		put(agent("zoe", "paris")),
		put(unit("paris", "nordhang")),
		put(changed(h.sn().Agent("anna"), func(a *callas.Agent) { a.Unit = "paris" })),
		put(h.sn().Agent("ben")),
		del(callas.KindService, "itdesk"),
		del(callas.KindService, "gone"),
	})
	require.Equal(t, [4]int{2, 1, 2, 1}, counts(im))
	require.Len(t, im.Series, 1)
	require.Equal(t, "paris", h.sn().Agent("anna").Unit)
	require.Nil(t, h.sn().Service("itdesk"))
}

func TestImportingAnExportChangesNothing(t *testing.T) {
	h := newHouse(t)
	batch := puts(h.everything()...)
	slices.Reverse(batch)
	im := h.take(batch)
	require.Equal(t, [4]int{0, 0, len(batch), 0}, counts(im))
	require.Empty(t, im.Series)

	empty := &house{t: t, store: state.New()}
	im = empty.take(batch)
	require.Equal(t, [4]int{len(batch), 0, 0, 0}, counts(im))
	require.Equal(t, h.everything(), empty.everything())
}

func TestImportTellsTheLinesThatAreWrong(t *testing.T) {
	yan := agent("yan", "care")
	yan.Source, yan.Locked = "ldap", []string{"name"}
	h := newHouse(t, yan)
	im := settings.NewImport(h.sn(), british(t), nil, []source.Write{
		put(h.sn().Agent("anna")),
		put(agent("zoe", "cair")),
		put(h.sn().Agent("anna")),
		put(changed(yan, func(a *callas.Agent) { a.Name = "Yan" })),
		put(changed(yan, func(a *callas.Agent) { a.Source = "csv" })),
		del(callas.KindUnit, "leeds"),
		put(agent("Zoe", "care")),
	})
	require.Empty(t, im.Series)
	require.Equal(t, 6, im.Errors)
	require.Equal(t, []string{
		`1 /unit there is no unit "cair" (did you mean "care"?)`,
		`2  agent "anna" is in the import twice: keep one of the two`,
		`3 /name is kept by the importer "ldap": change it there`,
		`4  agent "yan" is in the import twice: keep one of the two`,
		`5  unit "leeds" still has service "itdesk": move or delete them first, or in the same change`,
		`6 /id "Zoe" holds 'Z': use a-z, 0-9, dot, underscore and hyphen`,
	}, told(im.Findings))
}

func TestAnImportDoesNotChangeWhoOwnsARow(t *testing.T) {
	yan := agent("yan", "care")
	yan.Source, yan.Locked = "ldap", []string{"name"}
	h := newHouse(t, yan)
	bare := changed(yan, func(a *callas.Agent) { a.Source, a.Locked, a.Direction = "", nil, callas.DirectionAll })
	require.Equal(t, [4]int{0, 1, 0, 0}, counts(h.take(puts(bare))))
	require.Equal(t, []string{"name"}, h.sn().Agent("yan").Locked)
	im := settings.NewImport(h.sn(), british(t), nil, puts(changed(bare, func(a *callas.Agent) { a.Source = "csv" })))
	require.Equal(t, []string{`0 /source is "ldap" and set by importers: leave it out`}, told(im.Findings))
	im = settings.NewImport(h.sn(), british(t), nil, []source.Write{del(callas.KindAgent, "yan")})
	require.Equal(t, []string{`0  agent "yan" is kept by the importer "ldap": delete it there`}, told(im.Findings))
}

func TestASeriesFitsTogetherAfterEachChangeset(t *testing.T) {
	h := newHouse(t)
	var batch []source.Write
	for i := range 2*source.MaxWrites + 10 {
		batch = append(batch, put(agent("x"+strconv.Itoa(i), "deep", "8"+strconv.Itoa(i))))
	}
	batch = append(batch, put(unit("deep", "middle")), put(unit("middle", "top")), put(unit("top", "")),
		put(changed(h.sn().Agent("anna"), func(a *callas.Agent) { a.Aliases = []string{"2002"} })),
		put(changed(h.sn().Agent("ben"), func(a *callas.Agent) { a.Aliases = []string{"2001"} })),
		del(callas.KindUnit, "leeds"), del(callas.KindService, "itdesk"))
	im := settings.NewImport(h.sn(), british(t), nil, batch)
	require.Empty(t, im.Findings)
	require.Len(t, im.Series, 3)
	for i, writes := range im.Series {
		require.LessOrEqual(t, len(writes), source.MaxWrites)
		_, findings := settings.Admit(h.sn(), british(t), nil, writes)
		require.Empty(t, told(findings), "changeset %d by itself", i)
		h.commit(writes...)
	}
	require.Equal(t, "anna", h.sn().AgentByAlias("2002").ID)
}

func TestSplitKeepsToTheBytesOfAChangeset(t *testing.T) {
	h := newHouse(t)
	var batch []source.Write
	for i := range 600 {
		a := agent("x"+strconv.Itoa(i), "care")
		for j := range settings.MaxAliases {
			a.Aliases = append(a.Aliases, "sip:"+strconv.Itoa(i*settings.MaxAliases+j)+"@"+string(slices.Repeat([]byte("x"), 200)))
		}
		a.Responsible = nil
		batch = append(batch, put(a))
	}
	for len(batch) < 5000 {
		batch = append(batch, batch[len(batch)-600])
		batch[len(batch)-1].ID += "x"
	}
	series := settings.Split(h.sn(), batch)
	require.Greater(t, len(series), 1)
	total := 0
	for _, writes := range series {
		edits := make([]callas.Edit, len(writes))
		for i, w := range writes {
			edits[i] = callas.Edit{Kind: w.Kind, ID: w.ID, After: w.Row}
		}
		body, err := source.Body(edits)
		require.NoError(t, err)
		require.LessOrEqual(t, len(body), source.MaxBody)
		total += len(writes)
	}
	require.Equal(t, len(batch), total)
	require.Empty(t, settings.Split(h.sn(), nil))
}

func TestDeletingABigServiceIsASeries(t *testing.T) {
	var more []callas.Row
	for i := range source.MaxWrites {
		more = append(more, agent("x"+strconv.Itoa(i), "care"))
	}
	h := newHouse(t, more...)
	full, findings := settings.Admit(h.sn(), british(t), nil, []source.Write{del(callas.KindService, "help")})
	require.Empty(t, findings)
	series := settings.Split(h.sn(), full)
	require.Len(t, series, 2)
	last := series[1][len(series[1])-1]
	require.Equal(t, del(callas.KindService, "help"), last, "the service goes when nobody answers for it any more")
}

func TestATreeTurnedUpsideDownIsATreeAfterEachPiece(t *testing.T) {
	h := newHouse(t) // nordhang, london in it, care in london
	full, findings := settings.Admit(h.sn(), british(t), nil, []source.Write{put(unit("nordhang", "care")), put(unit("london", ""))})
	require.Empty(t, findings)
	for _, writes := range settings.Split(h.sn(), full) {
		for _, w := range writes {
			h.commit(w)
			whole(t, h.sn())
		}
	}
	require.Equal(t, "care", h.sn().Unit("nordhang").Parent)
}

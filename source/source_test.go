package source_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func TestConflictTellsWhatTheRowIs(t *testing.T) {
	for want, err := range map[string]error{
		"agent anna already exists, written at revision 7":                              &source.Conflict{Kind: callas.KindAgent, ID: "anna", Have: 7},
		"agent anna does not exist; it was expected as of revision 3":                   &source.Conflict{Kind: callas.KindAgent, ID: "anna", Want: 3},
		"agent anna was changed at revision 7, after revision 3, which the writer read": &source.Conflict{Kind: callas.KindAgent, ID: "anna", Want: 3, Have: 7},
	} {
		require.EqualError(t, err, want)
	}
}

func TestPrecondition(t *testing.T) {
	for what, tc := range map[string]struct {
		when  source.Precondition
		have  int64
		holds bool
	}{
		"any holds of a row":                       {source.Any, 4, true},
		"any holds of none":                        {source.Any, 0, true},
		"absent holds of none":                     {source.Absent, 0, true},
		"absent does not hold of a row":            {source.Absent, 4, false},
		"at holds of the row at that revision":     {source.At(4), 4, true},
		"at does not hold of the row at another":   {source.At(4), 5, false},
		"at does not hold of none":                 {source.At(4), 0, false},
		"at revision 0 holds of nothing":           {source.At(0), 0, false},
		"at revision 0 does not hold of a row":     {source.At(0), 4, false},
		"at a revision below 0 is never Absent":    {source.At(-1), 0, false},
		"at a revision below 0 holds of no row":    {source.At(-2), 4, false},
		"the zero precondition holds of every row": {source.Precondition(0), 4, true},
	} {
		t.Run(what, func(t *testing.T) {
			err := tc.when.Check(callas.KindAgent, "anna", tc.have)
			require.Equal(t, tc.holds, err == nil, "%v", err)
			var conflict *source.Conflict
			require.Equal(t, !tc.holds, errors.As(err, &conflict))
		})
	}
}

func TestBodyIsWhatEditsDecode(t *testing.T) {
	edits := []callas.Edit{
		{Kind: callas.KindUnit, ID: "a", After: &callas.Unit{ID: "a", Name: "<A> & „B“"}},
		{Kind: callas.KindUnit, ID: "b", Before: &callas.Unit{ID: "b"}, After: &callas.Unit{ID: "b", Name: "B"}},
		{Kind: callas.KindUnit, ID: "c", Before: &callas.Unit{ID: "c"}},
	}
	body, err := source.Body(edits)
	require.NoError(t, err)
	var got []callas.Edit
	require.NoError(t, json.Unmarshal(body, &got))
	require.Equal(t, edits, got)

	none, err := source.Body(nil)
	require.NoError(t, err)
	require.Equal(t, "[]", string(none))
}

func TestChainIsOverEverything(t *testing.T) {
	base := callas.Changeset{Token: callas.Token{Revision: 2}, At: time.Unix(0, 0).UTC(), Actor: "sue", Origin: "api", Reason: "why"}
	seen := map[string]string{}
	for what, change := range map[string]func(*callas.Changeset) (before, body string){
		"nothing":                    func(*callas.Changeset) (string, string) { return "x", "[]" },
		"the chain before":           func(*callas.Changeset) (string, string) { return "y", "[]" },
		"the body":                   func(*callas.Changeset) (string, string) { return "x", "[ ]" },
		"the revision":               func(cs *callas.Changeset) (string, string) { cs.Token.Revision++; return "x", "[]" },
		"the time":                   func(cs *callas.Changeset) (string, string) { cs.At = cs.At.Add(time.Microsecond); return "x", "[]" },
		"the actor":                  func(cs *callas.Changeset) (string, string) { cs.Actor = "tom"; return "x", "[]" },
		"the origin":                 func(cs *callas.Changeset) (string, string) { cs.Origin = "cli"; return "x", "[]" },
		"the reason":                 func(cs *callas.Changeset) (string, string) { cs.Reason = ""; return "x", "[]" },
		"where one part ends":        func(cs *callas.Changeset) (string, string) { cs.Actor, cs.Origin = "su", "eapi"; return "x", "[]" },
		"where the chain before end": func(cs *callas.Changeset) (string, string) { return "", "[]" },
	} {
		cs := base
		before, body := change(&cs)
		chain := source.Chain(before, cs, []byte(body))
		require.Len(t, chain, 22)
		require.Empty(t, seen[chain], "%s does not count", what)
		seen[chain] = what
	}
	same := base
	same.Token.Chain = "whatever"
	require.Equal(t, "nothing", seen[source.Chain("x", same, []byte("[]"))], "its own chain does not count")
}

func TestCanonicalIsWhatJSONGivesBack(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.FixedZone("", 3600))
	for i, row := range []callas.Row{
		&callas.Unit{ID: "a", Meta: callas.Meta{Locked: []string{}}},
		&callas.Service{ID: "a"}, &callas.Service{ID: "a", Numbers: []callas.Number{{RightOfUse: callas.RightOfUse{Expires: &at}}}},
		&callas.Profile{ID: "a"}, &callas.Agent{ID: "a"}, &callas.Agent{ID: "a", Responsible: map[string][]string{"day": nil}},
		&callas.Session{Agent: "a", Since: at, ExpiresAt: &at},
		&callas.AccessToken{ID: "a", CreatedAt: at, ExpiresAt: &at, Principal: callas.Principal{Units: []string{}}},
	} {
		t.Run(fmt.Sprint(i, " ", row.Kind()), func(t *testing.T) {
			given, err := json.Marshal(row)
			require.NoError(t, err)
			want := source.Canonical(row)
			after, err := json.Marshal(row)
			require.NoError(t, err)
			require.Equal(t, string(given), string(after), "the row given stays as it is")

			text, err := json.Marshal(want)
			require.NoError(t, err)
			require.NotContains(t, string(text), "null")
			got := callas.NewRow(row.Kind())
			require.NoError(t, json.Unmarshal(text, got))
			require.Equal(t, want, got)
			require.Equal(t, want, source.Canonical(want))
		})
	}
}

func TestSameIsWhateverTheRevision(t *testing.T) {
	a := source.Canonical(&callas.Agent{ID: "a", Aliases: []string{"1"}, Meta: callas.Meta{Rev: 1}})
	require.True(t, source.Same(a, a.WithRevision(9)))
	require.True(t, source.Same(nil, nil))
	require.False(t, source.Same(a, nil))
	require.False(t, source.Same(nil, a))
	require.False(t, source.Same(a, source.Canonical(&callas.Agent{ID: "a", Aliases: []string{"2"}})))
	require.False(t, source.Same(source.Canonical(&callas.Unit{ID: "a"}), source.Canonical(&callas.Profile{ID: "a"})))
}

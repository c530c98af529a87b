package callas_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas"
)

func TestATokenIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]callas.Token{
		"0":          {},
		"42.k3JxQ0-": {Revision: 42, Chain: "k3JxQ0-"},
	} {
		got, err := callas.ParseToken(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, text, got.String())
	}
	for _, text := range []string{"", "x", "-1.a", "1e3", ".a"} {
		_, err := callas.ParseToken(text)
		require.ErrorContains(t, err, "want <revision>.<chain>", text)
	}
}

func TestNamesThatWouldBreakAHeaderAreRefused(t *testing.T) {
	for _, name := range []string{"Help Call Center", "Hilfe & Auskunft", "Ärztlicher Notdienst", "帮助", strings.Repeat("n", callas.MaxName)} {
		require.NoError(t, callas.CheckName(name), name)
	}
	for name, why := range map[string]string{
		"":                                    "is missing",
		" \t":                                 "is missing",
		"Help\r\nX: y":                        "control character",
		"Help\x00":                            "control character",
		"Help\u2028":                          "control character",
		"Help\u202e":                          "control character", // would turn the rest around
		`Help" <sip:x@evil.example>`:          "break out of a SIP header",
		`Help\`:                               "break out of a SIP header",
		"Help\xff":                            "not valid UTF-8",
		strings.Repeat("n", callas.MaxName+1): "at most 128",
	} {
		require.ErrorContains(t, callas.CheckName(name), why, "%q", name)
	}
}

func TestURIsAreWhatAPhoneCanShow(t *testing.T) {
	for _, uri := range []string{"sip:help@nordhang.example", "sips:help@nordhang.example;transport=tls", "tel:+442079460100"} {
		require.NoError(t, callas.CheckURI(uri), uri)
	}
	for uri, why := range map[string]string{
		"":                        "no URI that a phone can show",
		"help":                    "no URI that a phone can show",
		"http://nordhang.example": "no URI that a phone can show",
		"sip:":                    "no URI that a phone can show",
		"sip:help desk@x":         "holds a space",
		"sip:help@x\r\nX:y":       "control character",
		"sip:help@x>":             "break out of a SIP header",
		"sip:" + strings.Repeat("a", callas.MaxURI): "at most 255",
	} {
		require.ErrorContains(t, callas.CheckURI(uri), why, "%q", uri)
	}
}

func TestIDs(t *testing.T) {
	require.NoError(t, callas.CheckID("help-desk_2.zurich"))
	for id, why := range map[string]string{
		"": "is missing", "Help": "use a-z", "help desk": "use a-z", "a/b": "use a-z", strings.Repeat("a", callas.MaxID+1): "at most 64",
	} {
		require.ErrorContains(t, callas.CheckID(id), why, "%q", id)
	}
}

func TestAnEditKeepsItsRows(t *testing.T) {
	want := []callas.Edit{
		{Kind: callas.KindAgent, ID: "anna", After: &callas.Agent{ID: "anna", Direction: callas.DirectionAll}},
		{Kind: callas.KindUnit, ID: "care", Before: &callas.Unit{ID: "care"}, After: &callas.Unit{ID: "care", Name: "Care"}},
		{Kind: callas.KindSession, ID: "anna", Before: &callas.Session{Agent: "anna", CallAs: "help"}},
	}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	var got []callas.Edit
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, want, got)
	require.ErrorContains(t, json.Unmarshal([]byte(`{"kind":"queue","id":"x","after":{}}`), new(callas.Edit)), `unknown kind "queue"`)
}

func TestEveryKindHasARow(t *testing.T) {
	for _, k := range callas.Kinds {
		row := callas.NewRow(k)
		require.Equal(t, k, row.Kind())
		require.Equal(t, int64(7), row.WithRevision(7).Revision())
		require.Zero(t, row.Revision(), "a row is a constant")
	}
	require.Nil(t, callas.NewRow("queue"))
}

func TestADecisionIsWrittenAsItsJSON(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Help", "a\"b\\c", "\x00\r\n", "\u2028", "\xff", "<&>"}))
	rapid.Check(t, func(t *rapid.T) {
		d := callas.Decision{
			ID: text.Draw(t, "id"), As: callas.As(text.Draw(t, "as")), Service: text.Draw(t, "service"), Policy: text.Draw(t, "policy"),
			Identity: rapid.Ptr(rapid.Custom(func(t *rapid.T) callas.Identity {
				return callas.Identity{Name: text.Draw(t, "name"), Number: text.Draw(t, "number"), URI: text.Draw(t, "uri"), Asserted: text.Draw(t, "asserted")}
			}), true).Draw(t, "identity"),
			Target:   callas.Target{Class: callas.Class(text.Draw(t, "class")), Number: text.Draw(t, "to"), URI: text.Draw(t, "to uri"), Country: text.Draw(t, "country")},
			Reasons:  rapid.SliceOfN(rapid.Map(text, func(s string) callas.Reason { return callas.Reason(s) }), 0, 3).Draw(t, "reasons"),
			Revision: callas.Token{Revision: rapid.Int64Min(0).Draw(t, "revision"), Chain: text.Draw(t, "chain")},
			Stale:    rapid.Bool().Draw(t, "stale"),
		}
		want, err := json.Marshal(d)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(d.AppendJSON(nil)))
	})
}

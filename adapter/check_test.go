package adapter_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/adapter"
)

// A vector is an identity that may or must not leave for the wire. tests/sip holds
// the platforms' own configurations to the same file.
type vector struct {
	Note     string          `json:"note"`
	MayLeave bool            `json:"may_leave"`
	Identity callas.Identity `json:"identity"`
}

func vectors(tb testing.TB) []vector {
	b, err := os.ReadFile("testdata/identities.jsonl")
	require.NoError(tb, err)
	var out []vector
	for line := range bytes.Lines(b) {
		var v vector
		require.NoError(tb, json.Unmarshal(line, &v), "%s", line)
		out = append(out, v)
	}
	require.NotEmpty(tb, out)
	return out
}

func TestWhatMayLeaveForTheWire(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Note, func(t *testing.T) {
			if v.MayLeave {
				require.NoError(t, adapter.Check(v.Identity))
			} else {
				require.Error(t, adapter.Check(v.Identity))
			}
		})
	}
	t.Run("text that is not UTF-8, which JSON cannot hold", func(t *testing.T) {
		require.Error(t, adapter.Check(callas.Identity{Name: "Help\xff"}))
		require.Error(t, adapter.Check(callas.Identity{Name: "Help", URI: "sip:\xff@nordhang.example"}))
	})
	t.Run("no identity at all", func(t *testing.T) {
		require.Error(t, adapter.Check(callas.Identity{}))
	})
}

func FuzzCheck(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Identity.Name, v.Identity.Number, v.Identity.URI, v.Identity.Asserted)
	}
	f.Fuzz(func(t *testing.T, name, number, uri, asserted string) {
		if adapter.Check(callas.Identity{Name: name, Number: number, URI: uri, Asserted: asserted}) != nil {
			return
		}
		// What Check lets through can be written between quotes and angle brackets as it stands.
		require.LessOrEqual(t, len(name), 128)
		require.LessOrEqual(t, len(uri), 255)
		for _, s := range []string{name, number, uri, asserted} {
			require.True(t, utf8.ValidString(s))
			require.Equal(t, -1, strings.IndexFunc(s, unicode.IsControl), "%q", s)
			require.False(t, strings.ContainsAny(s, "\"\\<>"), "%q", s)
		}
		require.Empty(t, strings.Trim(number+asserted, "+0123456789"))
	})
}

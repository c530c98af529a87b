package decisionlog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callas/decisionlog"
)

func TestWhateverAPlatformSendsComesBackAsItWas(t *testing.T) {
	dir := t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir, Buffer: decisionlog.MaxBuffer})
	var sent []string
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOfN(rapid.SampledFrom([]byte("aaaaaaaaZ09:@\"\\\n\x00\x1f\x7f\x80\xc3\xa4\xff\xe2\x80\xa8")), 0, 40)
		s := rapid.OneOf(rapid.String(), rapid.Map(bytes, func(b []byte) string { return string(b) })).Draw(t, "s")
		e := asService("ann", noon)
		e.Call.CallID = s
		require.NoError(t, l.Append(e))
		sent = append(sent, s)
	})
	require.NoError(t, l.Close(t.Context()))
	for i, r := range records(t, dir) {
		want, err := json.Marshal(sent[i])
		require.NoError(t, err)
		var text string
		require.NoError(t, json.Unmarshal(want, &text))
		require.Equal(t, text, r.CallID)
		require.Equal(t, strings.ToValidUTF8(text, "\ufffd"), r.CallID)
	}
}

package decisionlog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/decisionlog"
)

func TestACalleeIsWrittenNoClearerThanAskedFor(t *testing.T) {
	phone := callas.Target{Class: callas.PSTN, Number: "+41791234567", URI: "sip:+41791234567@gw.example.org;user=phone", Country: "CH"}
	person := callas.Target{Class: callas.Federated, URI: "sip:alice.smith@partner.example;transport=tls"}
	for name, c := range map[string]struct {
		target      callas.Target
		mask        decisionlog.Mask
		number, uri string
		masked      string
	}{
		"nothing said hides most":       {phone, 0, "+41*******67", "sip:+41*******67@gw.example.org", "mask"},
		"a person's account":            {person, decisionlog.Partly, "", "sip:***@partner.example", "mask"},
		"a calling code of one digit":   {callas.Target{Number: "+12125550123", URI: "tel:+12125550123"}, decisionlog.Partly, "+1********23", "tel:+1********23", "mask"},
		"a calling code of three":       {callas.Target{Number: "+420601123456"}, decisionlog.Partly, "+420*******56", "", "mask"},
		"an extension":                  {callas.Target{Class: callas.Internal, Number: "4711"}, decisionlog.Partly, "***", "", "mask"},
		"something with a plus":         {callas.Target{Number: "+"}, decisionlog.Partly, "***", "", "mask"},
		"a URI that is none":            {callas.Target{URI: "alice"}, decisionlog.Partly, "", "***", "mask"},
		"clear":                         {phone, decisionlog.Clear, phone.Number, phone.URI, ""},
		"dropped":                       {phone, decisionlog.Drop, "", "", "drop"},
		"an emergency is no secret":     {callas.Target{Class: callas.Emergency, Number: "112", URI: "urn:service:sos"}, decisionlog.Drop, "112", "urn:service:sos", ""},
		"nobody called, nothing hidden": {callas.Target{Class: callas.Unknown}, decisionlog.Drop, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := recorded(t, nil, c.target, c.mask)
			require.Equal(t, c.number, got.Target.Number)
			require.Equal(t, c.uri, got.Target.URI)
			require.Equal(t, c.masked, got.Masked)
			require.Equal(t, c.target.Class, got.Target.Class)
			require.Equal(t, c.target.Country, got.Target.Country)
		})
	}
}

func recorded(t *testing.T, key []byte, target callas.Target, mask decisionlog.Mask) decisionlog.Record {
	t.Helper()
	dir := t.TempDir()
	l := open(t, decisionlog.Config{Dir: dir, PseudonymKey: key})
	e := asService("ann", noon)
	e.Call.Target, e.Decision.Target, e.Mask = target, target, mask
	require.NoError(t, l.Append(e))
	require.NoError(t, l.Close(t.Context()))
	return records(t, dir)[0]
}

func TestAPseudonymIsTheSameForTheSameCalleeAndKey(t *testing.T) {
	target := callas.Target{Class: callas.PSTN, Number: "+41791234567", URI: "tel:+41791234567"}
	other := callas.Target{Class: callas.PSTN, Number: "+41791234568"}
	key, second := []byte("0123456789abcdef"), []byte("fedcba9876543210")
	one := recorded(t, key, target, decisionlog.Pseudonym)
	require.Regexp(t, `^p:[A-Za-z0-9_-]{16}$`, one.Target.Number)
	require.Regexp(t, `^p:[A-Za-z0-9_-]{16}$`, one.Target.URI)
	require.Equal(t, "pseudonym", one.Masked)
	require.Equal(t, one.Target, recorded(t, key, target, decisionlog.Pseudonym).Target)
	require.NotEqual(t, one.Target.Number, recorded(t, second, target, decisionlog.Pseudonym).Target.Number)
	require.NotEqual(t, one.Target.Number, recorded(t, key, other, decisionlog.Pseudonym).Target.Number)

	without := recorded(t, nil, target, decisionlog.Pseudonym)
	require.Empty(t, without.Target.Number, "without a key it is dropped")
	require.Equal(t, "drop", without.Masked)
}

func TestMasksAreSpelledAsInPolicy(t *testing.T) {
	for _, word := range []string{"mask", "clear", "pseudonym", "drop"} {
		m, err := decisionlog.ParseMask(word)
		require.NoError(t, err)
		require.Equal(t, word, m.String())
	}
	m, err := decisionlog.ParseMask("hide")
	require.ErrorContains(t, err, "want mask, clear, pseudonym or drop")
	require.Equal(t, decisionlog.Drop, m, "who ignores the error shows nothing")
}

package adapter_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/adapter"
)

var help = callas.Identity{Name: "Help Call Center", Number: "+442079460100", URI: "sip:help@nordhang.example", Asserted: "+442079460100"}

func with(edit func(*callas.Identity)) callas.Identity {
	id := help
	edit(&id)
	return id
}

func name(s string) callas.Identity { return with(func(id *callas.Identity) { id.Name = s }) }
func uri(s string) callas.Identity  { return with(func(id *callas.Identity) { id.URI = s }) }

func TestWhatMayLeaveForTheWire(t *testing.T) {
	for note, id := range map[string]callas.Identity{
		"the service of the demo":             help,
		"a name alone":                        {Name: "Help Call Center"},
		"a name in letters beyond ASCII":      name("Zürich Störungsdienst ☎"),
		"a name of exactly 128 bytes":         name(strings.Repeat("ü", 64)),
		"a name with a comma and a semicolon": name("Help; Care, London"),
		"a URI of exactly 255 bytes":          uri("sip:" + strings.Repeat("a", 251)),
		"a secure URI":                        uri("sips:help@nordhang.example"),
		"a telephone URI":                     uri("tel:+442079460100"),
	} {
		t.Run(note, func(t *testing.T) { require.NoError(t, adapter.Check(id)) })
	}
}

func TestWhatMustNotLeaveForTheWire(t *testing.T) {
	number := func(s string) callas.Identity { return with(func(id *callas.Identity) { id.Number = s }) }
	asserted := func(s string) callas.Identity { return with(func(id *callas.Identity) { id.Asserted = s }) }
	for note, id := range map[string]callas.Identity{
		"no identity at all":                {},
		"a name of white space":             name("  "),
		"a line break in the name":          name("Help\r\nX-Injected: 1"),
		"a NUL in the name":                 name("Help\x00"),
		"a C1 control in the name":          name("Help\u0085"),
		"a line separator in the name":      name("Help\u2028"),
		"an override of writing direction":  name("Help\u202e"),
		"a quote in the name":               name(`Help" <sip:evil@example.org>`),
		"a backslash at the end of a name":  name(`Help\`),
		"a name of 129 bytes":               name(strings.Repeat("a", 129)),
		"a name that is not UTF-8":          name("Help\xff"),
		"a line break in the URI":           uri("sip:help@nordhang.example\r\nX-Injected: 1"),
		"a closing bracket in the URI":      uri("sip:help@nordhang.example>;evil=<1"),
		"a space in the URI":                uri("sip:help@nordhang.example ;a"),
		"a URI of another scheme":           uri("javascript:alert(1)"),
		"a URI of 256 bytes":                uri("sip:" + strings.Repeat("a", 252)),
		"a number without +":                number("442079460100"),
		"a number with letters":             number("+44HELP"),
		"a number with a header behind it":  number("+442079460100\r\nX-Injected: 1"),
		"a number of 16 digits":             number("+4420794601001234"),
		"an asserted number that is a name": asserted("Help"),
	} {
		t.Run(note, func(t *testing.T) { require.Error(t, adapter.Check(id)) })
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(help.Name, help.Number, help.URI, help.Asserted)
	f.Add("Help\r\nX: 1", "+1\n", "sip:a@b>", "+")
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

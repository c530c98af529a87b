package state_test

import (
	"testing"

	"callas/state"

	"github.com/stretchr/testify/require"
)

func TestNormalAlias(t *testing.T) {
	for name, tc := range map[string]struct{ alias, want string }{
		"an extension stays":                               {"2001", "2001"},
		"a SIP URI loses its scheme":                       {"sip:anna@nordhang.example", "anna@nordhang.example"},
		"a secure SIP URI is the same agent":               {"sips:anna@nordhang.example", "anna@nordhang.example"},
		"user and host are lower-cased":                    {"sip:Anna@Nordhang.Example", "anna@nordhang.example"},
		"parameters and headers go":                        {"sip:anna@nordhang.example;transport=udp?x=y", "anna@nordhang.example"},
		"the default ports go":                             {"sip:anna@nordhang.example:5060", "anna@nordhang.example"},
		"another port is another server":                   {"sip:anna@nordhang.example:5080", "anna@nordhang.example:5080"},
		"an address without scheme is one":                 {"anna@nordhang.example", "anna@nordhang.example"},
		"a semicolon in the user stays":                    {"sip:2001;ext=1@nordhang.example", "2001;ext=1@nordhang.example"},
		"a tel URI is its number":                          {"tel:+442079460201", "+442079460201"},
		"visual separators of a number go":                 {"tel:+44-20-7946.0201", "+442079460201"},
		"spaces and brackets too":                          {" +44 (20) 7946 0201 ", "+442079460201"},
		"a tel URI's context goes":                         {"tel:2001;phone-context=nordhang.example", "2001"},
		"an address of digits and dots is no number":       {"sip:10.0.0.1", "10.0.0.1"},
		"nothing stays nothing":                            {"  ", ""},
		"a scheme and nothing else is nothing":             {"sip:", ""},
		"a name with a plus is no number and stays":        {"+anna b", "+anna b"},
		"a word is lower-cased, as an account may be so":   {"NORDHANG\\Anna", "nordhang\\anna"},
		"what is not a scheme stays":                       {"urn:service:sos", "urn:service:sos"},
		"a scheme written twice goes twice, or it hides":   {"sip:sip:anna@nordhang.example", "anna@nordhang.example"},
		"the scheme may be in capitals as RFC 3261 allows": {"SIP:anna@nordhang.example", "anna@nordhang.example"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, state.NormalAlias(tc.alias)) })
	}
}

func FuzzNormalAlias(f *testing.F) {
	for _, s := range []string{"2001", "sip:Anna@Nordhang.Example:5060;transport=udp", "tel:+44-20-7946-0201", "sip: tel:x", "a@b:5060 :5061", "+ 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := state.NormalAlias(s)
		require.Equal(t, once, state.NormalAlias(once), "normal form of %q", s)
	})
}

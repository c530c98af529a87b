package signin_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/signin"
)

func TestWhereAPersonWasGoingIsHere(t *testing.T) {
	for _, here := range []string{"/", "/agents", "/agents?unit=london&q=a%20b", "/why?to=tel:%2B41", "/agents/anna#"} {
		require.Equal(t, here, signin.Local(here))
	}
	for _, elsewhere := range []string{
		"", "agents", "https://evil.example/", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, `/a\..\evil`,
		"/%2f/evil.example", "/%2F%2Fevil.example", "/%5cevil.example", "/%5C%5Cevil", "/%252f%252fevil.example", "/%255cevil.example",
		"/..//evil.example", "/.//evil.example", "/a//evil.example", "/\t/evil.example", "/%09/evil.example", "/\n/evil.example", "/%0d%0aSet-Cookie:%20x",
		"javascript:alert(1)", " /agents", "/agents#x", "http:evil.example", "/%zz", "/agents?x=\r\n", "/agents?to=\\x",
		"/signin", "/signin/callback?code=x", "/signout", "/welcome?key=x", "/" + strings.Repeat("a", 1100),
	} {
		require.Equal(t, "/", signin.Local(elsewhere), "%q", elsewhere)
	}
}

func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/agents?x=1", "//evil.example", `/\evil`, "/%2f%2fevil", "/\t/evil", "/..//evil"} {
		f.Add(seed)
	}
	here, err := url.Parse("https://callas.example.org/signin/callback")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, to string) {
		got := signin.Local(to)
		require.True(t, strings.HasPrefix(got, "/") && !strings.HasPrefix(got, "//") && !strings.Contains(got, `\`), got)
		u, err := here.Parse(got)
		require.NoError(t, err)
		require.Equal(t, "callas.example.org", u.Host)
		require.Equal(t, got, signin.Local(got), "what is here stays here")
	})
}

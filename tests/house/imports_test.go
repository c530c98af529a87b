package house_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// law names for each room the rooms that it may import. A room that is not
// named here must be added on purpose; a folder inside a room may import what
// its room may, and the room itself.
var law = map[string][]string{
	"callas":      {},
	"client":      {"callas"},
	"hint":        {},
	"giveway":     {},
	"dialplan":    {"callas"},
	"policies":    {"callas"},
	"bundles":     {"callas", "policies"},
	"state":       {"callas", "giveway"},
	"source":      {"callas", "giveway", "state"},
	"settings":    {"callas", "giveway", "hint", "dialplan", "state", "source"},
	"engine":      {"callas", "state", "bundles", "decisionlog"},
	"replay":      {"callas", "state", "source", "engine", "decisionlog"},
	"server":      {"callas", "giveway", "hint", "dialplan", "engine", "state", "source", "settings", "bundles", "adapter", "decisionlog"},
	"adapter":     {"callas", "dialplan"},
	"signin":      {},
	"web":         {"callas", "client", "signin"},
	"demo":        {"callas", "dialplan", "state", "source", "settings"},
	"cmd":         {"callas", "adapter", "bundles", "client", "decisionlog", "demo", "dialplan", "engine", "hint", "policies", "replay", "server", "settings", "signin", "source", "state", "web"},
	"tests":       {"callas", "demo", "source"},
	"decisionlog": {"callas", "giveway"},
}

// owners names the rooms that alone may spell a library.
var owners = map[string][]string{
	"github.com/hashicorp/go-memdb":                  {"state"},
	"github.com/gin-gonic/gin":                       {"server", "tests"},
	"github.com/open-policy-agent/opa/v1/rego":       {"engine"},
	"github.com/open-policy-agent/opa/v1/topdown":    {"engine"},
	"github.com/open-policy-agent/opa/cmd":           {"cmd"},
	"modernc.org/sqlite":                             {"source"},
	"database/sql":                                   {"source"},
	"github.com/spf13/cobra":                         {"cmd"},
	"github.com/nyaruka/phonenumbers":                {"dialplan"},
	"github.com/coreos/go-oidc/v3/oidc":              {"signin"},
	"golang.org/x/oauth2":                            {"signin"},
	"github.com/prometheus/client_golang/prometheus": {"server", "cmd"},
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range packages(t) {
		t.Run(p.room(), func(t *testing.T) {
			top, _, _ := strings.Cut(p.room(), "/")
			allowed, known := law[top]
			require.True(t, known, "the room %s is not in the import law: add it to tests/house on purpose", top)
			for _, imp := range p.Imports {
				if !ours(imp) {
					continue
				}
				got, _, _ := strings.Cut(roomOf(imp), "/")
				if got != top {
					require.Contains(t, allowed, got, "%s imports %s", p.room(), imp)
				}
			}
		})
	}
}

func TestTheWordsImportOnlyTheStandardLibrary(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != "callas" {
			continue
		}
		for _, imp := range p.Imports {
			first, _, _ := strings.Cut(imp, "/")
			require.NotContains(t, first, ".", "the root imports %s", imp)
			require.False(t, ours(imp), "the root imports %s", imp)
		}
	}
}

func TestAnAdapterKnowsNoSiblingAndNoJudge(t *testing.T) {
	for _, p := range packages(t) {
		if path.Dir(p.room()) != "adapter" {
			continue
		}
		for _, imp := range p.Imports {
			require.NotContains(t, imp, "gin-gonic", p.room())
			if ours(imp) {
				require.Contains(t, []string{"callas", "adapter", "dialplan"}, roomOf(imp), "%s imports %s", p.room(), imp)
			}
		}
	}
}

func TestNothingImportsTheCommandAndOnlyTheCommandTheDemo(t *testing.T) {
	for _, p := range packages(t) {
		top, _, _ := strings.Cut(p.room(), "/")
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if top != "cmd" {
				require.False(t, strings.HasPrefix(imp, "callas/cmd"), "%s imports %s", p.room(), imp)
			}
		}
		for _, imp := range p.Imports {
			if top != "cmd" && top != "tests" && top != "demo" {
				require.False(t, strings.HasPrefix(imp, "callas/demo"), "%s imports %s", p.room(), imp)
			}
		}
	}
}

func TestALibraryIsSpeltInItsRoomOnly(t *testing.T) {
	for _, p := range packages(t) {
		top, _, _ := strings.Cut(p.room(), "/")
		for _, imp := range p.Imports {
			if rooms, owned := owners[imp]; owned {
				require.Contains(t, rooms, top, "%s imports %s", p.room(), imp)
			}
		}
	}
}

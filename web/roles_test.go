package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

// TestWhoSeesWhichPage is the table of roles and pages, over sign-ins of each role. Lou
// supervises London, where Customer Care with Anna is; Lee supervises Leeds, where Emil is.
func TestWhoSeesWhichPage(t *testing.T) {
	roles := []callas.Principal{
		{},
		{Name: "Anna Meier", Role: callas.RoleAgent, Agent: "anna"},
		{Name: "Lou Brown", Role: callas.RoleSupervisor, Units: []string{"london"}},
		{Name: "Lee Ward", Role: callas.RoleSupervisor, Units: []string{"leeds"}},
		{Name: "Aud Itor", Role: callas.RoleAuditor},
		{Name: "Root", Role: callas.RoleAdmin},
	}
	var rows []callas.Row
	var keys []string
	for _, by := range roles {
		if by.Role == "" {
			keys = append(keys, "")
			continue
		}
		row, key := linkFor(t, by)
		rows, keys = append(rows, row), append(keys, key)
	}
	h := newHouse(t, rows...)
	visitors := make([]*visitor, len(roles))
	for i, key := range keys {
		if visitors[i] = h.visitor(""); key != "" {
			require.Equal(t, http.StatusSeeOther, visitors[i].post("/welcome", map[string][]string{"key": {key}}).status)
		}
	}
	for _, tc := range []struct {
		method, path, form string
		want               string // a status for each role
	}{
		//                                                   nobody anna lou lee aud root
		{"GET", "/", "", "303 303 303 303 303 303"},
		{"GET", "/agents", "", "303 403 200 200 200 200"},
		{"GET", "/agents.csv", "", "303 403 200 200 200 200"},
		{"GET", "/agents/anna", "", "303 403 200 404 200 200"},
		{"GET", "/agents/emil", "", "303 404 404 200 200 200"},
		{"GET", "/assistant", "", "303 200 403 403 403 403"},
		{"GET", "/assistant?agent=anna", "", "303 200 200 404 200 200"},
		{"GET", "/assistant?agent=emil", "", "303 404 404 200 200 200"},
		{"GET", "/welcome", "", "200 200 200 200 200 200"},
		{"GET", "/signin", "", "200 200 200 200 200 200"},

		{"POST", "/agents/anna", "direction", "signin 403 303 404 403 303"},
		{"POST", "/agents/emil", "direction", "signin 404 404 303 403 303"},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			want := strings.Fields(tc.want)
			got := make([]string, len(visitors))
			for i, v := range visitors {
				if tc.method == http.MethodGet {
					got[i] = strconv.Itoa(v.get(tc.path).status)
					continue
				}
				g := v.post(tc.path, h.set(strings.TrimPrefix(tc.path, "/agents/"), tc.form, url.Values{tc.form: {"all"}}))
				if got[i] = strconv.Itoa(g.status); strings.HasPrefix(g.header.Get("Location"), "/signin") {
					got[i] = "signin"
				}
			}
			require.Equal(t, want, got)
		})
	}
	lou, lee := visitors[2], visitors[3]
	require.Contains(t, lee.get("/agents?q=fraser").body, "Emil Fraser")
	require.NotContains(t, lou.get("/agents?q=fraser").body, "Emil Fraser", "Lou sees London only")
	require.NotContains(t, lou.get("/why?agent=emil&service=help&target=pstn").body, "Emil Fraser")
	require.NotContains(t, lou.get("/agents.csv").body, "Emil Fraser")
}

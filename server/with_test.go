package server_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
)

// listed are the items of a list, by id.
func (h *house) listed(by, path string) map[string]map[string]any {
	h.t.Helper()
	out := map[string]map[string]any{}
	for _, item := range h.get(by, path).is(200).object()["items"].([]any) {
		row := item.(map[string]any)
		out[row["id"].(string)] = row
	}
	return out
}

// total is how many rows a list has.
func (h *house) total(by, path string) float64 {
	h.t.Helper()
	return h.get(by, path).is(200).object()["total"].(float64)
}

func TestAgentsAreListedWithTheirMenuAndSession(t *testing.T) {
	h := newHouse(t)
	anna := h.listed("lou", "/v1/agents?with=menu,session&limit=2")["anna"]
	menu := h.menu(h.get("lou", "/v1/agents/anna/menu"))
	services := []any{}
	for _, item := range menu.Items {
		services = append(services, map[string]any{"service": item.Service, "available": item.Available})
	}
	require.Equal(t, map[string]any{"available": 2.0, "total": float64(len(menu.Items)), "services": services}, anna["menu"])
	require.Equal(t, h.get("lou", "/v1/agents/anna/session").object(), anna["session"])
	require.Equal(t, "Anna Meier", anna["name"])

	only := h.listed("lou", "/v1/agents?with=session")["dora"]
	require.NotContains(t, only, "menu")
	require.Equal(t, "dora", only["session"].(map[string]any)["agent"], "who never signed in is off duty")
	require.NotContains(t, h.listed("lou", "/v1/agents")["anna"], "session")

	own := h.get("anna", "/v1/agents/anna?with=menu")
	require.Equal(t, anna["menu"], own.is(200).object()["menu"])
	require.NotEmpty(t, own.header.Get("ETag"))
	require.Equal(t, []string{"anna"}, keysOf(h.listed("anna", "/v1/agents?with=menu,session")))
}

func keysOf(m map[string]map[string]any) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	return out
}

func TestWhatCannotBeToldBesideARowIsRefused(t *testing.T) {
	h := newHouse(t)
	for path, detail := range map[string]string{
		"/v1/agents?with=menus":           `did you mean "menu"?`,
		"/v1/agents?with=menu,":           `known: menu, session`,
		"/v1/agents?with=usage":           `known: menu, session`,
		"/v1/services?with=menu":          `known: usage`,
		"/v1/units?with=":                 `usage`,
		"/v1/agents?with=menu&with=menu":  "twice",
		"/v1/profiles/day?with=usages":    `did you mean "usage"?`,
		"/v1/services/help?unit=whatever": "unknown field",
	} {
		p := h.get("root", path).problem(400)
		require.Len(t, p.Errors, 1, path)
		require.Contains(t, p.Errors[0].Detail, detail, path)
	}
}

// Each number is the total of the list that a page links to from it.
func TestUsageIsWhatTheListsWouldCount(t *testing.T) {
	h := newHouse(t)
	for _, by := range []string{"root", "aud", "lou", "lee"} {
		count := func(path string, args ...any) float64 { return h.total(by, fmt.Sprintf(path, args...)) }
		for id, row := range h.listed(by, "/v1/services?with=usage") {
			usage := row["usage"].(map[string]any)
			require.Equal(t, count("/v1/agents?responsible=%s", id), usage["responsible"], "%s %s", by, id)
			require.Equal(t, count("/v1/agents?may_call_as=%s", id), usage["may_call_as"], "%s %s", by, id)
			require.Equal(t, count("/v1/agents?calling_as=%s", id), usage["calling_as"], "%s %s", by, id)
			require.Equal(t, count("/v1/profiles?service=%s", id), usage["profiles"], "%s %s", by, id)
			require.Equal(t, usage, h.get(by, "/v1/services/"+id+"?with=usage").object()["usage"])
		}
		for id, row := range h.listed(by, "/v1/profiles?with=usage") {
			usage := row["usage"].(map[string]any)
			require.Equal(t, count("/v1/agents?profile=%s", id), usage["agents"], "%s %s", by, id)
			require.Equal(t, count("/v1/agents?on_duty=%s", id), usage["active"], "%s %s", by, id)
		}
		for id, row := range h.listed(by, "/v1/units?with=usage") {
			usage := row["usage"].(map[string]any)
			require.Equal(t, count("/v1/agents?unit=%s", id), usage["agents"], "%s %s", by, id)
			require.Equal(t, count("/v1/services?unit=%s", id), usage["services"], "%s %s", by, id)
		}
	}
	require.Equal(t, map[string]any{"responsible": 5.0, "may_call_as": 2.0, "calling_as": 2.0, "profiles": 1.0, "warnings": []any{}},
		h.listed("root", "/v1/services?with=usage")["help"]["usage"])
	require.Equal(t, map[string]any{"agents": 5.0, "services": 5.0, "units": 2.0}, h.listed("root", "/v1/units?with=usage")["nordhang"]["usage"])
	require.Equal(t, map[string]any{"agents": 1.0, "services": 1.0, "units": 1.0}, h.listed("lee", "/v1/units?with=usage")["nordhang"]["usage"])
}

func TestAServiceThatIsOfNoUseIsWarnedOf(t *testing.T) {
	soon, past, later := time.Now().Add(29*24*time.Hour).UTC().Truncate(time.Second), time.Now().Add(-time.Hour), time.Now().Add(31*24*time.Hour)
	number := func(e164 string, status callas.RightStatus, expires *time.Time) callas.Number {
		return callas.Number{E164: e164, RightOfUse: callas.RightOfUse{Status: status, Expires: expires}}
	}
	service := func(id string, numbers ...callas.Number) *callas.Service {
		return &callas.Service{ID: id, Name: id, Unit: "leeds", Numbers: numbers}
	}
	h := newHouse(t, with(
		service("none"), service("pending", number("+442079460150", callas.RightPending, nil)),
		service("over", number("+442079460151", callas.RightVerified, &past)),
		service("ends", number("+442079460152", callas.RightVerified, &soon), number("+442079460153", callas.RightVerified, &later))))
	services := h.listed("root", "/v1/services?with=usage")
	warnings := func(id string) any { return services[id]["usage"].(map[string]any)["warnings"] }
	nobody, noNumber := map[string]any{"warning": "nobody_responsible"}, map[string]any{"warning": "no_usable_number"}
	for _, id := range []string{"none", "pending", "over"} {
		require.Equal(t, []any{nobody, noNumber}, warnings(id), id)
	}
	require.Equal(t, []any{nobody, map[string]any{"warning": "number_expires", "number": "+442079460152", "expires": soon.Format(time.RFC3339)}}, warnings("ends"))
	require.Empty(t, warnings("help"))
}

package server_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/source"
)

func ifMatch(tag string) map[string]string { return map[string]string{"If-Match": tag} }

func TestARowIsCreatedReadReplacedPatchedAndDeleted(t *testing.T) {
	h := newHouse(t)
	made := h.put("root", "/v1/agents/zoe", `{"name":"Zoe","unit":"care"}`).is(201)
	require.Equal(t, `"2"`, made.header.Get("ETag"))
	require.Equal(t, map[string]any{"id": "zoe", "name": "Zoe", "unit": "care", "enabled": false, "aliases": []any{}, "direction": "none",
		"profiles": []any{}, "responsible": map[string]any{}, "rev": 2.0}, made.object())

	read := h.get("root", "/v1/agents/zoe").is(200)
	require.JSONEq(t, string(made.body), string(read.body))
	require.Equal(t, `"2"`, read.header.Get("ETag"))
	require.True(t, strings.HasPrefix(read.header.Get("Callas-Revision"), "2."), "the change is read by who made it")

	same := h.put("root", "/v1/agents/zoe", string(read.body)).is(200)
	require.Equal(t, `"2"`, same.header.Get("ETag"), "what changes nothing writes nothing")

	patched := h.patch("root", "/v1/agents/zoe", `{"enabled":true,"aliases":["2777"],"responsible":{"day":["help"]}}`).is(200)
	require.Equal(t, `"3"`, patched.header.Get("ETag"))
	require.Equal(t, map[string]any{"day": []any{"help"}}, patched.object()["responsible"])
	gone := h.patch("root", "/v1/agents/zoe", `{"aliases":null,"responsible":{"day":null}}`).is(200).object()
	require.Equal(t, []any{}, gone["aliases"])
	require.Equal(t, map[string]any{}, gone["responsible"])

	deleted := h.del("root", "/v1/agents/zoe").is(204)
	require.True(t, strings.HasPrefix(deleted.header.Get("Callas-Revision"), "5."))
	h.get("root", "/v1/agents/zoe").problem(404)
	h.del("root", "/v1/agents/zoe").problem(404)
	h.patch("root", "/v1/agents/zoe", `{"name":"Zoe"}`).problem(404)
}

func TestIfMatchAndIfNoneMatch(t *testing.T) {
	h := newHouse(t)
	unit := func(tag, header string) send {
		return send{method: "PUT", path: "/v1/units/bath", by: "root", body: `{"name":"Bath","parent":"` + "nordhang" + `"}`, header: map[string]string{header: tag}}
	}
	h.ask(unit(`*`, "If-Match")).problem(412)
	h.ask(unit(`*`, "If-None-Match")).is(201)
	p := h.ask(unit(`*`, "If-None-Match"))
	require.Equal(t, "unit bath exists already, at revision 2", p.problem(412).Detail)
	require.Equal(t, "Bath", p.object()["current"].(map[string]any)["name"])

	patch := func(tag string) send {
		return send{method: "PATCH", path: "/v1/units/bath", by: "root", body: `{"name":"` + tag[1:2] + `"}`, header: ifMatch(tag)}
	}
	h.ask(patch(`"2"`)).is(200)
	late := h.ask(patch(`"2"`))
	require.Equal(t, "unit bath is at revision 3, not the one that If-Match names", late.problem(412).Detail)
	require.Equal(t, 3.0, late.object()["current"].(map[string]any)["rev"])
	h.ask(patch(`W/"3"`)).problem(412)
	h.ask(patch(`"x"`)).problem(412)
	h.ask(patch(`"2", "3"`)).problem(400)
	h.ask(send{method: "PATCH", path: "/v1/units/bath", by: "root", body: `{}`, header: map[string]string{"If-None-Match": `"3"`}}).problem(400)
	h.ask(send{method: "DELETE", path: "/v1/units/bath", by: "root", header: ifMatch(`*`)}).is(204)
	require.Equal(t, "there is no unit bath",
		h.ask(send{method: "PUT", path: "/v1/units/bath", by: "root", body: `{"name":"Bath"}`, header: ifMatch(`"3"`)}).problem(412).Detail)
}

func TestWhatARowMayNotSay(t *testing.T) {
	h := newHouse(t)
	for _, tc := range []struct {
		name, method, path, body string
		status                   int
		pointer, detail          string // parts of it
	}{
		{"a field there is not", "PATCH", "/v1/agents/anna", `{"directoin":"all"}`, 400, "/directoin", `did you mean "direction"?`},
		{"a field there is not, with null", "PATCH", "/v1/agents/anna", `{"directoin":null}`, 400, "/directoin", `did you mean "direction"?`},
		{"a value of another type", "PUT", "/v1/agents/anna", `{"name":"Anna","unit":"care","enabled":"yes"}`, 400, "/enabled", "true or false"},
		{"a field twice", "PATCH", "/v1/agents/anna", `{"direction":"none","direction":"all"}`, 400, "/direction", "twice"},
		{"no JSON", "PUT", "/v1/agents/anna", `{`, 400, "", "not JSON"},
		{"another id than the address", "PUT", "/v1/agents/anna", `{"id":"ben","name":"Anna","unit":"care"}`, 422, "/id", `"ben"`},
		{"another revision", "PATCH", "/v1/agents/anna", `{"rev":77}`, 422, "/rev", "If-Match"},
		{"an owner", "PATCH", "/v1/agents/anna", `{"source":"ldap"}`, 422, "/source", "importers"},
		{"a direction there is not", "PATCH", "/v1/agents/anna", `{"direction":"extrenal"}`, 422, "/direction", `did you mean "external"?`},
		{"a unit there is not", "PATCH", "/v1/agents/anna", `{"unit":"crae"}`, 422, "/unit", `did you mean "care"?`},
		{"an alias that is taken", "PATCH", "/v1/agents/anna", `{"aliases":["2002"]}`, 422, "/aliases", "ben"},
		{"a line break in a name", "PATCH", "/v1/services/help", `{"display_name":"Help\r\nX: y"}`, 422, "/display_name", "control character"},
		{"a premium number", "PATCH", "/v1/services/help", `{"numbers":[{"e164":"+449098790000"}]}`, 422, "/numbers/0/e164", "costs its caller extra"},
		{"a unit below itself", "PATCH", "/v1/units/nordhang", `{"parent":"care"}`, 422, "/parent", ""},
		{"an id that is none", "PUT", "/v1/agents/Zoe!", `{"name":"Zoe","unit":"care"}`, 422, "/id", "a-z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := h.ask(send{method: tc.method, path: tc.path, by: "root", body: tc.body}).problem(tc.status)
			require.Len(t, p.Errors, 1, "%+v", p)
			require.Equal(t, tc.pointer, p.Errors[0].Pointer)
			require.Contains(t, p.Errors[0].Detail, tc.detail)
		})
	}
	require.Equal(t, int64(1), h.state.Snapshot().Token().Revision, "nothing was changed")
}

func TestWhatAnImporterLockedStays(t *testing.T) {
	h := newHouse(t, but("anna", func(a *callas.Agent) { a.Source, a.Locked = "ldap", []string{"name", "unit"} }))
	p := h.patch("lou", "/v1/agents/anna", `{"name":"Annie"}`).problem(422)
	require.Equal(t, "/name", p.Errors[0].Pointer)
	require.Contains(t, p.Errors[0].Detail, "ldap")
	h.patch("lou", "/v1/agents/anna", `{"direction":"all"}`).is(200)
	require.Equal(t, []callas.Reason{"locked"}, h.del("root", "/v1/agents/anna").problem(403).Reasons)
	var plan struct {
		Locked []struct{ ID, Source string }
	}
	h.post("lou", "/v1/agents/bulk", `{"ids":["anna"],"set":{"unit":"london"},"dry_run":true}`).is(200).into(&plan)
	require.Equal(t, "ldap", plan.Locked[0].Source)
}

func TestWhatIsInUseStaysAndWhatFollowsFromADeletionIsDone(t *testing.T) {
	h := newHouse(t)
	p := h.del("root", "/v1/units/care").problem(409)
	require.Equal(t, "urn:callas:problem:conflict", p.Type)
	require.Contains(t, p.Errors[0].Detail, "anna")

	h.del("root", "/v1/services/help").is(204)
	require.NotContains(t, h.get("root", "/v1/profiles/day").object()["services"], "help")
	var menu callas.Menu
	h.get("anna", "/v1/agents/anna/menu").is(200).into(&menu)
	require.Nil(t, menu.Selection)
	require.Equal(t, "service_deleted", menu.Ended)
}

func TestListsAreFilteredPagedAndWithinTheAskersUnits(t *testing.T) {
	h := newHouse(t)
	ids := func(by, query string) (out []string) {
		t.Helper()
		var page struct {
			Items []struct{ ID string }
			Next  string
			Total int
		}
		path := "/v1/agents"
		if !strings.HasPrefix(query, "?") {
			path, query = "/v1/"+query[:strings.IndexByte(query, '?')], query[strings.IndexByte(query, '?'):]
		}
		for range 10 {
			h.get(by, path+query).is(200).into(&page)
			for _, item := range page.Items {
				out = append(out, item.ID)
			}
			if page.Next == "" {
				require.Len(t, out, page.Total)
				return out
			}
			query = strings.Split(query, "&cursor=")[0] + "&cursor=" + url.QueryEscape(page.Next)
			page.Items = nil
		}
		t.Fatal("the pages do not end")
		return nil
	}
	require.Equal(t, []string{"anna", "ben", "clara", "dora", "emil"}, ids("root", "?limit=2"))
	require.Equal(t, []string{"anna", "ben", "clara", "dora"}, ids("lou", "?limit=3"))
	require.Equal(t, []string{"emil"}, ids("lee", "?limit=3"))
	require.Equal(t, []string{"anna"}, ids("anna", "?limit=3"))
	require.Equal(t, []string{"anna", "ben", "clara", "dora"}, ids("root", "?unit=london"))
	require.Equal(t, []string{"anna"}, ids("root", "?q=meier"))
	require.Equal(t, []string{"anna", "dora", "emil"}, ids("root", "?direction=external"))
	require.Equal(t, []string{"emil"}, ids("root", "?responsible=itdesk"))
	require.Equal(t, []string{"anna", "ben", "clara", "emil"}, ids("root", "?on_duty=day"))
	require.Equal(t, []string{"anna", "ben"}, ids("root", "?may_call_as=help"))
	require.Equal(t, []string{"anna", "ben"}, ids("root", "?calling_as=help"))
	require.Equal(t, []string{"anna", "ben"}, ids("root", "?may_call_as=any&calling_as=any"))
	require.Equal(t, []string{"premium"}, ids("root", "services?enabled=false"))
	require.Equal(t, []string{"claims", "help", "premium", "renewals"}, ids("lou", "services?limit=50"))
	require.Equal(t, []string{"itdesk"}, ids("lee", "services?limit=50"))
	require.Equal(t, []string{"day"}, ids("root", "profiles?service=help"))
	require.Equal(t, []string{"care", "london", "nordhang"}, ids("lou", "units?limit=50"), "and what is above, to know where they are")

	for query, pointer := range map[string]string{"limit=0": "/limit", "limit=1001": "/limit", "cursor=!": "/cursor", "directoin=all": "/directoin",
		"direction=up": "/direction", "unit=nowhere": "/unit", "limit=1&limit=2": "/limit"} {
		require.Equal(t, pointer, h.get("root", "/v1/agents?"+query).problem(400).Errors[0].Pointer, query)
	}
}

func TestASummaryCountsWhatTheAskerMaySee(t *testing.T) {
	h := newHouse(t)
	for _, tc := range []struct {
		by, query             string
		total, mayCall, calls float64
	}{
		{"root", "", 5, 2, 2}, {"root", "?may_call_as=any", 2, 2, 2}, {"root", "?q=carter", 1, 1, 1}, {"aud", "?unit=leeds", 1, 0, 0},
		{"lou", "", 4, 2, 2}, {"lee", "", 1, 0, 0}, {"anna", "", 1, 1, 1},
	} {
		got := h.get(tc.by, "/v1/agents/summary"+tc.query).is(200).object()
		require.Equal(t, []any{tc.total, tc.mayCall, tc.calls}, []any{got["total"], got["may_call"], got["calling"]}, "%s %s", tc.by, tc.query)
		require.NotEmpty(t, got["revision"])
	}
	h.patch("lou", "/v1/services/help", `{"call_as_enabled":false}`).is(200)
	require.Equal(t, 0.0, h.get("lou", "/v1/agents/summary").is(200).object()["calling"], "at the next request")
	for query, pointer := range map[string]string{"limit=3": "/limit", "cursor=YW5uYQ": "/cursor", "unit=nowhere": "/unit", "may_cal_as=any": "/may_cal_as"} {
		require.Equal(t, pointer, h.get("root", "/v1/agents/summary?"+query).problem(400).Errors[0].Pointer, query)
	}
}

func TestTheReasonIsKeptInTheAuditTrail(t *testing.T) {
	h := newHouse(t)
	why := "Zürich braucht's; 100 %\nzweite Zeile"
	s := send{method: "PATCH", path: "/v1/agents/anna", by: "lou", body: `{"direction":"all"}`, header: map[string]string{"Callas-Reason": url.PathEscape(why)}}
	h.ask(s).is(200)
	var page struct{ Items []told }
	h.get("root", "/v1/changes?limit=1").is(200).into(&page)
	require.Equal(t, why, page.Items[0].Reason)
	require.Equal(t, "lou", page.Items[0].Actor)
	require.Equal(t, "api", page.Items[0].Origin)
	for _, bad := range []string{"%zz", strings.Repeat("x", 1001), "%ff", "%07"} {
		s.header["Callas-Reason"] = bad
		h.ask(s).problem(400)
	}
}

// told is a change of the audit trail.
type told struct {
	Revision              string
	Actor, Origin, Reason string
	Edits                 []struct {
		Kind, ID      string
		Before, After map[string]any
	}
	EditCount int `json:"edit_count"`
}

func TestAConflictThatNobodyAskedAboutIsTriedAgain(t *testing.T) {
	trouble := &troubled{}
	h := newHouse(t, func(b *build) { b.server.Source = trouble })
	times := 0
	trouble.commit = func(source.Commit) error {
		if times++; times == 1 {
			// Another process is quicker.
			row := *h.state.Snapshot().Agent("anna")
			row.Name = "Anna of elsewhere"
			_, err := h.store.Commit(t.Context(), source.Commit{Actor: "other", Writes: []source.Write{{Kind: callas.KindAgent, ID: "anna", Row: &row}}})
			require.NoError(t, err)
		}
		return nil
	}
	got := h.patch("root", "/v1/agents/anna", `{"direction":"all"}`).is(200).object()
	require.Equal(t, "Anna of elsewhere", got["name"], "neither change is lost")
	require.Equal(t, "all", got["direction"])

	trouble.commit = func(c source.Commit) error {
		return &source.Conflict{Kind: callas.KindAgent, ID: "anna", Want: 1, Have: 2}
	}
	p := h.patch("root", "/v1/agents/anna", `{"direction":"none"}`).problem(409)
	require.Equal(t, "agent anna was changed at the same moment: read it again and repeat", p.Detail)
}

func TestAnIDWithAnythingInItIsOnlyAnID(t *testing.T) {
	h := newHouse(t)
	for _, id := range []string{"..", "%2e%2e", "a%2Fb", "a%00b", "'; DROP TABLE agent", strings.Repeat("x", 5000)} {
		path := "/v1/agents/" + (&url.URL{Path: id}).EscapedPath()
		if strings.Contains(id, "%") {
			path = "/v1/agents/" + id
		}
		g := h.ask(send{method: "GET", path: path, by: "root"})
		require.Equal(t, 404, g.status, "%s: %s", id, g.body)
	}
	var all struct{ Total int }
	h.get("root", "/v1/agents").is(200).into(&all)
	require.Equal(t, 5, all.Total)
}

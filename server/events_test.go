package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callas/server"
)

// A listener reads a stream as a browser does.
type listener struct {
	t    testing.TB
	res  *http.Response
	came chan message // closed where the stream ends
	stop context.CancelFunc
}

type message struct {
	event, id, data string
}

func (m message) object(t testing.TB) map[string]any {
	t.Helper()
	var o map[string]any
	require.NoError(t, json.Unmarshal([]byte(m.data), &o), "%+v", m)
	return o
}

// listen opens a stream that must be given.
func (h *house) listen(by, query string) *listener {
	h.t.Helper()
	ctx, stop := context.WithCancel(h.t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", h.admin.URL+"/v1/events?"+query, nil)
	require.NoError(h.t, err)
	req.Header.Set("Authorization", "Bearer "+as(by))
	res, err := h.admin.client.Do(req)
	require.NoError(h.t, err)
	require.Equal(h.t, http.StatusOK, res.StatusCode)
	require.Equal(h.t, "text/event-stream", res.Header.Get("Content-Type"))
	require.Equal(h.t, "no", res.Header.Get("X-Accel-Buffering"))
	require.Equal(h.t, "no-store", res.Header.Get("Cache-Control"))
	l := &listener{h.t, res, make(chan message, 1000), stop}
	go func() {
		defer close(l.came)
		defer res.Body.Close()
		var m message
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				m.event = value
			case "id":
				m.id = value
			case "data":
				m.data = value
			case "":
				if m.event != "" {
					h.doc.holdEvent(h.t, m)
					l.came <- m
				}
				m = message{}
			}
		}
	}()
	h.t.Cleanup(func() {
		stop()
		for range l.came {
		}
	})
	return l
}

// holdEvent asserts that an event is one that the document knows.
func (d *document) holdEvent(t testing.TB, m message) {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(m.data))
	assert.NoError(t, err, "%+v", m)
	assert.NoError(t, d.schema(t, "#/components/schemas/Event"+strings.ToUpper(m.event[:1])+m.event[1:]).Validate(value), "%+v", m)
}

// next is the next event that is no beat.
func (l *listener) next() message {
	l.t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case m, open := <-l.came:
			require.True(l.t, open, "the stream has ended")
			if m.event != "beat" {
				return m
			}
		case <-late:
			require.Fail(l.t, "nothing came")
		}
	}
}

// is the next event's data, which must be of a name.
func (l *listener) is(name string) map[string]any {
	l.t.Helper()
	m := l.next()
	require.Equal(l.t, name, m.event, "%+v", m)
	return m.object(l.t)
}

// silent asserts that nothing but beats comes for a while.
func (l *listener) silent(d time.Duration) {
	l.t.Helper()
	for late := time.After(d); ; {
		select {
		case m := <-l.came:
			require.Equal(l.t, "beat", m.event, "%+v", m)
		case <-late:
			return
		}
	}
}

// ended asserts that the stream says goodbye and ends.
func (l *listener) ended(because string) {
	l.t.Helper()
	require.Equal(l.t, because, l.is("bye")["because"])
	_, open := <-l.came
	require.False(l.t, open)
}

func TestAnAgentIsToldOfTheirMenuAtOnceAndWheneverItChanges(t *testing.T) {
	h := newHouse(t)
	l := h.listen("anna", "topic=me")
	first := l.next()
	want := h.get("anna", "/v1/agents/anna/menu").object()
	want["session"] = h.get("anna", "/v1/agents/anna/session").object()
	require.Equal(t, "menu", first.event)
	require.Equal(t, want, first.object(t))
	require.Equal(t, want["revision"], first.id)

	h.put("anna", "/v1/agents/anna/session", `{"call_as":"claims"}`).is(200)
	require.Equal(t, "claims", l.is("menu")["session"].(map[string]any)["call_as"])
	h.patch("root", "/v1/agents/ben", `{"name":"Benjamin"}`).is(200)
	h.patch("root", "/v1/services/itdesk", `{"name":"IT"}`).is(200)
	l.silent(200 * time.Millisecond)

	h.patch("root", "/v1/services/claims", `{"display_name":"Claims Desk"}`).is(200)
	told := l.is("menu")
	require.Equal(t, "Claims Desk", told["preview"].(map[string]any)["pstn"].(map[string]any)["name"])
	require.NotContains(t, told, "withdrawn_by")
}

func TestAnAgentIsToldWhoWithdrewTheirRightAndWhenItIsBack(t *testing.T) {
	h := newHouse(t)
	l := h.listen("anna", "topic=me")
	l.is("menu")
	rev := h.patch("lou", "/v1/services/help", `{"call_as_enabled":false}`).is(200).header.Get("Callas-Revision")
	gone := l.is("menu")
	require.Equal(t, true, gone["selection"].(map[string]any)["withdrawn"])
	require.Equal(t, "lou", gone["withdrawn_by"].(map[string]any)["actor"])
	require.Equal(t, rev, gone["withdrawn_by"].(map[string]any)["revision"])
	require.NotEmpty(t, gone["withdrawn_by"].(map[string]any)["at"])
	require.NotContains(t, h.listen("anna", "topic=me").is("menu"), "withdrawn_by", "to who comes later it has not just happened")

	h.patch("lou", "/v1/services/help", `{"call_as_enabled":true}`).is(200)
	back := l.is("menu")
	require.Equal(t, false, back["selection"].(map[string]any)["withdrawn"])
	require.NotContains(t, back, "withdrawn_by")

	h.patch("root", "/v1/agents/anna", `{"direction":"none"}`).is(200)
	require.Equal(t, "root", l.is("menu")["withdrawn_by"].(map[string]any)["actor"])
}

func TestWhoHasLostASelectionWaitsForNobody(t *testing.T) {
	h := newHouse(t)
	h.put("anna", "/v1/agents/anna/session", `{"profile":"day","call_as":"help"}`).is(200)
	h.put("lou", "/v1/agents/ben/session", `{"profile":"day","call_as":"claims"}`).is(200)
	m := server.NewMenus(h.server, "dora", "ben", "emil", "anna")
	require.ElementsMatch(t, []string{"dora", "ben", "emil", "anna"}, m.Order(t.Context(), false), "who has just come is told how it is")
	m.Look(t.Context(), false)
	require.Empty(t, m.Order(t.Context(), false))

	h.patch("root", "/v1/services/help", `{"call_as_enabled":false}`).is(200)
	require.Equal(t, []string{"anna"}, m.Order(t.Context(), false), "the others still call as they think")
	m.Come("ben") // in another tab
	require.Equal(t, []string{"anna", "ben"}, m.Order(t.Context(), false))
	all := m.Order(t.Context(), true)
	require.Len(t, all, 4)
	require.Equal(t, "anna", all[0])
	m.Look(t.Context(), false)
	require.Empty(t, m.Order(t.Context(), false), "once")
}

func TestASelectionThatExpiresIsToldWithoutAChange(t *testing.T) {
	h := newHouse(t)
	l := h.listen("anna", "topic=me")
	l.is("menu")
	h.put("anna", "/v1/agents/anna/session", `{"expires_in":"1s"}`).is(200)
	require.NotNil(t, l.is("menu")["selection"].(map[string]any)["expires_at"])
	began := time.Now()
	told := l.is("menu")
	require.Nil(t, told["selection"])
	require.Equal(t, "expired", told["ended_because"])
	require.Less(t, time.Since(began), 2*time.Second, "and not with the next beat only")
}

func TestEveryOneIsToldOfTheChangesTheyMaySee(t *testing.T) {
	h := newHouse(t)
	lou, lee, anna := h.listen("lou", "topic=changes"), h.listen("lee", "topic=changes"), h.listen("anna", "topic=changes")
	for _, l := range []*listener{lou, lee, anna} {
		require.Equal(t, h.state.Snapshot().Token().String(), l.is("hello")["revision"])
	}
	g := h.post("root", "/v1/agents/bulk", `{"ids":["anna","emil"],"set":{"direction":"all"}}`).is(200)
	for who, l := range map[string]*listener{"anna": lou, "emil": lee} {
		m := l.next()
		told := m.object(t)
		require.Equal(t, g.object()["revision"], told["revision"])
		require.Equal(t, told["revision"], m.id)
		require.Equal(t, []any{map[string]any{"kind": "agent", "id": who}}, told["edits"], "the other half is not theirs")
		require.Equal(t, 1.0, told["edit_count"])
		require.Equal(t, "root", told["actor"])
	}
	h.patch("root", "/v1/agents/emil", `{"name":"Emil F."}`).is(200)
	require.Equal(t, "change", lee.next().event)
	h.patch("root", "/v1/agents/anna", `{"name":"Anna M."}`).is(200)
	require.Equal(t, "anna", anna.is("change")["edits"].([]any)[0].(map[string]any)["id"])
	require.Equal(t, "anna", anna.is("change")["edits"].([]any)[0].(map[string]any)["id"])
	require.Equal(t, "anna", lou.is("change")["edits"].([]any)[0].(map[string]any)["id"])
	anna.silent(100 * time.Millisecond)
	lou.silent(50 * time.Millisecond)
}

func TestEveryChangeIsToldOnceAndInOrder(t *testing.T) {
	h := newHouse(t)
	l := h.listen("aud", "topic=changes")
	l.is("hello")
	const changes = 60
	go func() {
		for i := range changes {
			h.patch("root", "/v1/agents/dora", `{"name":"Dora `+strings.Repeat("x", i+1)+`"}`)
		}
	}()
	for i := range changes {
		revision, _, _ := strings.Cut(l.is("change")["revision"].(string), ".")
		require.Equal(t, i+2, atoi(t, revision))
	}
}

func TestDecisionsAreToldAsTheyAreMadeToWhoMaySeeThem(t *testing.T) {
	h := newHouse(t)
	h.decided("OLD", "anna", "help")
	all, lou, own, help := h.listen("aud", "topic=decisions"), h.listen("lou", "topic=decisions"),
		h.listen("anna", "topic=decisions"), h.listen("root", "topic=decisions&service=help")
	ids := func(l *listener) (out []string) {
		for _, item := range l.is("decisions")["items"].([]any) {
			out = append(out, item.(map[string]any)["decision"].(string))
		}
		return out
	}
	for _, l := range []*listener{all, lou, own, help} {
		require.Equal(t, []string{"OLD"}, ids(l))
	}
	h.decided("EMIL", "emil", "")
	require.Equal(t, []string{"EMIL"}, ids(all))
	h.decided("BEN", "ben", "help")
	h.decided("ANNA", "anna", "")
	require.Equal(t, []string{"ANNA", "BEN"}, ids(all))
	require.Equal(t, []string{"ANNA", "BEN"}, ids(lou))
	require.Equal(t, []string{"ANNA"}, ids(own))
	require.Equal(t, []string{"BEN"}, ids(help))
	own.silent(600 * time.Millisecond)
}

func TestOfVeryManyDecisionsTheNewestAreToldAndTheOthersCounted(t *testing.T) {
	h := newHouse(t)
	all, anna := h.listen("aud", "topic=decisions"), h.listen("anna", "topic=decisions")
	require.Empty(t, all.is("decisions")["items"])
	require.Empty(t, anna.is("decisions")["items"])
	const made = 3000
	for range made / 3 {
		h.decided("A", "anna", "help")
		h.decided("B", "ben", "")
		h.decided("C", "clara", "")
	}
	shown, skipped := 0, 0
	for shown+skipped < made {
		e := all.is("decisions")
		require.LessOrEqual(t, len(e["items"].([]any)), 50)
		shown, skipped = shown+len(e["items"].([]any)), skipped+int(e["skipped"].(float64))
	}
	require.Equal(t, made, shown+skipped)
	require.NotZero(t, skipped)
	for _, item := range anna.is("decisions")["items"].([]any) {
		require.Equal(t, "anna", item.(map[string]any)["agent"])
	}
}

func TestWhoMayListenToWhat(t *testing.T) {
	h := newHouse(t)
	for query, want := range map[string]string{
		"topic=me":                      "401 403 200 403 403 403",
		"topic=changes":                 "401 403 200 200 200 200",
		"topic=decisions":               "401 403 200 200 200 200",
		"":                              "401 400 400 400 400 400",
		"topic=decision":                "401 400 400 400 400 400",
		"topic=me&agent=ben":            "401 400 400 400 400 400",
		"topic=me&topic=changes":        "401 400 400 400 400 400",
		"topic=decisions&limit=5":       "401 400 400 400 400 400",
		"topic=decisions&agnet=anna":    "401 400 400 400 400 400",
		"topic=decisions&as=nobody":     "401 400 400 400 400 400",
		"topic=decisions&from=a-moment": "401 400 400 400 400 400",
	} {
		for i, by := range []string{"", "kamailio", "anna", "lou", "aud", "root"} {
			if status := atoi(t, strings.Fields(want)[i]); status != 200 {
				h.get(by, "/v1/events?"+query).problem(status)
			} else {
				h.listen(by, query).next()
			}
		}
	}
	require.Contains(t, h.get("root", "/v1/events?topic=decision").problem(400).Errors[0].Detail, `did you mean "decisions"?`)
}

func atoi(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	require.NoError(t, err)
	return n
}

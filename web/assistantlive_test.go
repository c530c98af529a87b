package web_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/web"
)

// A told is an event of a page's stream.
type told struct{ name, id, data string }

// listen opens the page's stream and hands back its events, beats left out.
func (v *visitor) listen() func() told {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.pages.URL+"/events?topic=me", nil)
	require.NoError(v.t, err)
	req.Header.Set("Accept-Language", "en")
	res, err := v.http.Do(req)
	require.NoError(v.t, err)
	v.t.Cleanup(func() { res.Body.Close() })
	require.Equal(v.t, "text/event-stream", res.Header.Get("Content-Type"))
	in := bufio.NewReader(res.Body)
	return func() told {
		v.t.Helper()
		late := time.AfterFunc(20*time.Second, func() { res.Body.Close() })
		defer late.Stop()
		e := told{}
		for {
			line, err := in.ReadString('\n')
			require.NoError(v.t, err, "nothing is told")
			field, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
			switch field {
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				e.data += value + "\n"
			case "":
				if e.name != "beat" && e.name != "" {
					return e
				}
				e = told{}
			}
		}
	}
}

func TestTheStreamBeginsWithHowItIsAndTellsWhatChanges(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-agent-anna")
	next := v.listen()
	first := next()
	require.Equal(t, "html", first.name)
	require.Equal(t, []string{"none", "claims", "help*"}, options(first.data))
	require.Regexp(t, `^<div id="state"`, first.data)
	require.Equal(t, 1, strings.Count(first.data, "</form>")-strings.Count(first.data, "<form")+1, "whole")

	second := h.visitor("demo-agent-anna").listen() // another tab
	require.Equal(t, options(first.data), options(second().data))
	v.choose(http.StatusOK, map[string][]string{"call_as": {"claims"}})
	require.Equal(t, "Claims", networks(next().data)["pstn"])
	require.Equal(t, "Claims", networks(second().data)["pstn"], "the second tab shows the same")
}

func TestWhoWithdrewASelectionIsSaidForAsLongAsItIsWithdrawn(t *testing.T) {
	h := newHouse(t)
	next := h.visitor("demo-agent-anna").listen()
	next()
	h.patch("services/help", map[string]any{"call_as_enabled": false})
	gone := next().data
	require.Contains(t, gone, "You no longer call as Help Call Center.")
	require.Regexp(t, `Ada Novak withdrew it at \d\d:\d\d\. It is not open for calling as\. Your next call shows your own name\.`, gone)

	h.patch("services/claims", map[string]any{"call_as_enabled": false}) // another matter
	other := next().data
	require.Equal(t, []string{"none", "help*"}, options(other))
	require.Contains(t, other, "Ada Novak withdrew it at", "still")
	require.NotContains(t, h.visitor("demo-agent-anna").assistant(), "withdrew it at", "which a page that comes later cannot know")

	h.patch("services/help", map[string]any{"call_as_enabled": true})
	back := next().data
	require.Contains(t, back, "Help Call Center is available again; you call as it.")
	require.NotContains(t, back, "withdrew")
	h.patch("services/help", map[string]any{"call_as_enabled": false})
	require.Contains(t, next().data, "Ada Novak withdrew it at")
}

func TestAStreamOfNobodySaysThatOneIsSignedOut(t *testing.T) {
	next := newHouse(t).visitor("").listen()
	require.Equal(t, "out", next().name)
}

// A crumbler hands an API's answers on byte by byte.
type crumbler struct{ http.ResponseWriter }

func (c crumbler) Write(b []byte) (int, error) {
	for i := range b {
		if _, err := c.ResponseWriter.Write(b[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(b), nil
}

func (c crumbler) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func TestEventsMayComeInAnyPieces(t *testing.T) {
	h := build(t, func(p *web.Parts, _ string) bool {
		whole := p.API
		p.API = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { whole.ServeHTTP(crumbler{w}, r) })
		return false
	})
	next := h.visitor("demo-agent-anna").listen()
	require.Equal(t, []string{"none", "claims", "help*"}, options(next().data))
	h.patch("services/claims", map[string]any{"call_as_enabled": false})
	require.Equal(t, []string{"none", "help*"}, options(next().data))
}

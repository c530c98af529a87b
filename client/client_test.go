package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/client"
)

// asking returns a client of a listener that answers as handler does.
func asking(t *testing.T, handler http.HandlerFunc) *client.Client {
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	c, err := client.New(client.Parts{Server: s.URL, Token: "callas_id_secret"})
	require.NoError(t, err)
	return c
}

func TestAddresses(t *testing.T) {
	for _, s := range []string{"http://127.0.0.1:8080", "https://callas.example/", "127.0.0.1:8080", "[::1]:8080", "unix:/run/callas.sock", "unix:///run/callas.sock"} {
		_, err := client.New(client.Parts{Server: s})
		require.NoError(t, err, s)
	}
	for _, s := range []string{"", "callas", "ftp://callas.example", "http://", "unix:", "http://me:pw@callas.example", "http://callas.example/?x=1"} {
		_, err := client.New(client.Parts{Server: s})
		require.EqualError(t, err, fmt.Sprintf("%q: want http://host:port, host:port or unix:/path/to/socket", s))
	}
}

func TestAProblemIsToldWholeWithItsFieldsAndReasons(t *testing.T) {
	c := asking(t, func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "Bearer callas_id_secret", r.Header.Get("Authorization"))
		require.Equal(t, "application/merge-patch+json", r.Header.Get("Content-Type"))
		require.Equal(t, `"42"`, r.Header.Get("If-Match"))
		require.Equal(t, "gr%C3%BCn%20&%20gut", r.Header.Get("Callas-Reason"))
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, `{"type":"urn:callas:problem:invalid","title":"Not valid","status":422,"detail":"see errors",
			"errors":[{"pointer":"/responsible/day","detail":"there is no service \"hepl\" (did you mean \"help\"?)"}],"reasons":["other_unit"]}`)
	})
	_, err := c.Patch(context.Background(), callas.KindAgent, "anna", map[string]any{}, `"42"`, "grün & gut")
	var problem *client.Problem
	require.ErrorAs(t, err, &problem)
	require.True(t, problem.Says("invalid"))
	require.EqualError(t, err, "not valid (other_unit)\n  responsible.day: there is no service \"hepl\" (did you mean \"help\"?)")
}

func TestSomethingElseThanCallasIsToldSo(t *testing.T) {
	page := asking(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") })
	_, err := page.Menu(context.Background(), "anna")
	require.ErrorContains(t, err, "is the address right?")

	missing := asking(t, http.NotFound)
	_, err = missing.Menu(context.Background(), "anna")
	require.ErrorContains(t, err, "answered 404 Not Found, not as callas would: is the address right?")
}

func TestATokenDoesNotFollowARedirect(t *testing.T) {
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer thief.Close()
	c := asking(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, thief.URL, http.StatusFound) })
	_, err := c.Menu(context.Background(), "anna")
	require.ErrorContains(t, err, "answered 302 Found")
}

func TestNobodyThereIsToldWithTheNextStep(t *testing.T) {
	c, err := client.New(client.Parts{Server: "127.0.0.1:1"})
	require.NoError(t, err)
	_, err = c.Menu(context.Background(), "anna")
	require.ErrorContains(t, err, "127.0.0.1:1: connect: connection refused: is callas serve (or callas demo) running there?")
}

func TestAListIsReadPageByPage(t *testing.T) {
	var asked []string
	c := asking(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		if r.URL.Query().Get("cursor") == "" {
			fmt.Fprint(w, `{"items":[{"id":"a"},{"id":"b"}],"next":"b","total":3}`)
			return
		}
		fmt.Fprint(w, `{"items":[{"id":"c"}],"next":"","total":3}`)
	})
	page, err := c.List(context.Background(), callas.KindAgent, map[string][]string{"unit": {"care"}}, 0)
	require.NoError(t, err)
	require.Len(t, page.Items, 3)
	require.Equal(t, []string{"limit=1000&unit=care", "cursor=b&limit=1000&unit=care"}, asked)

	page, err = c.List(context.Background(), callas.KindAgent, nil, 2)
	require.NoError(t, err)
	require.Len(t, page.Items, 2)
	require.Equal(t, 3, page.Total)
}

func TestAnImportTellsItsPhasesAndItsEnd(t *testing.T) {
	c := asking(t, func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "dry_run=true", r.URL.RawQuery)
		fmt.Fprintln(w, `{"phase":"read","done":1,"total":2}`)
		fmt.Fprintln(w, `{"phase":"check","done":2,"total":2}`)
		fmt.Fprintln(w, `{"done":true,"dry_run":true,"created":2,"revisions":[]}`)
	})
	var told []client.Progress
	done, err := c.Import(context.Background(), []byte("{}\n"), true, "", func(p client.Progress) { told = append(told, p) })
	require.NoError(t, err)
	require.Equal(t, []client.Progress{{Phase: "read", Done: 1, Total: 2}, {Phase: "check", Done: 2, Total: 2}}, told)
	require.Equal(t, client.Imported{DryRun: true, Created: 2, Revisions: []string{}}, done)
}

func TestAnImportThatBreaksOffIsNoSuccess(t *testing.T) {
	quiet := asking(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, `{"phase":"write","done":1,"total":2}`) })
	_, err := quiet.Import(context.Background(), nil, false, "", func(client.Progress) {})
	require.ErrorContains(t, err, "the import broke off before its end: look at the settings, then import again")

	cut := asking(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, `{"phase":"write","done":1,"total":2}`)
		panic(http.ErrAbortHandler)
	})
	_, err = cut.Import(context.Background(), nil, false, "", func(client.Progress) {})
	require.ErrorContains(t, err, "EOF")
}

func TestAnExportThatBreaksOffIsNoExport(t *testing.T) {
	c := asking(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, `{"kind":"unit","row":{"id":"a"}}`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	rows := 0
	err := c.Export(context.Background(), func([]byte) error { rows++; return nil })
	require.ErrorContains(t, err, "the answer broke off")
	require.Equal(t, 1, rows)
}

func TestACancelledQuestionIsNoFaultOfTheServer(t *testing.T) {
	c := asking(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Menu(ctx, "anna")
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestAnEmptyPageOfDecisionsIsNotTheLast(t *testing.T) {
	var asked []string
	c := asking(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		fmt.Fprint(w, map[string]string{
			"":  `{"items":[{"seq":9}],"next":"9"}`,
			"9": `{"items":[],"next":"4"}`,
			"4": `{"items":[{"seq":3},{"seq":2}],"next":""}`,
		}[r.URL.Query().Get("cursor")])
	})
	got, err := c.Decisions(context.Background(), url.Values{"agent": {"anna"}}, 5)
	require.NoError(t, err)
	require.Len(t, got, 3)
	require.Equal(t, []string{"agent=anna&limit=5", "agent=anna&cursor=9&limit=4", "agent=anna&cursor=4&limit=4"}, asked)
}

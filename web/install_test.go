package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheAssistantCanBeInstalled(t *testing.T) {
	v := newHouse(t).visitor("")
	got := v.get("/assistant/manifest.webmanifest?lang=de")
	require.Equal(t, "application/manifest+json", got.header.Get("Content-Type"))
	var m struct {
		Name, Start string
		StartURL    string `json:"start_url"`
		Scope       string
		Display     string
		Icons       []struct{ Src, Sizes, Type, Purpose string }
	}
	require.NoError(t, json.Unmarshal([]byte(got.body), &m))
	require.Equal(t, "callas Assistent", m.Name)
	require.Equal(t, []string{"/assistant", "/assistant", "standalone"}, []string{m.StartURL, m.Scope, m.Display})
	purposes := map[string]bool{}
	for _, icon := range m.Icons {
		file := v.get(icon.Src)
		require.Equal(t, http.StatusOK, file.status, icon.Src)
		require.Equal(t, icon.Type, file.header.Get("Content-Type"))
		purposes[icon.Sizes+icon.Purpose] = true
	}
	require.True(t, purposes["192x192"] && purposes["512x512"] && purposes["512x512maskable"], "%v", purposes)
}

// The service worker keeps files and a page without content. Were anything else on its
// list, someone could be shown whom they called as yesterday.
func TestTheServiceWorkerKeepsNoState(t *testing.T) {
	v := newHouse(t).visitor("")
	got := v.get("/assistant/sw.js?lang=de")
	require.Equal(t, "text/javascript; charset=utf-8", got.header.Get("Content-Type"))
	require.Equal(t, "/assistant", got.header.Get("Service-Worker-Allowed"))
	require.Equal(t, "no-cache", got.header.Get("Cache-Control"))
	require.Contains(t, got.header.Get("Content-Security-Policy"), "worker-src 'self'")

	said := regexp.MustCompile(`const shelf = (\[.*?\]), offline = "(.*?)";`).FindStringSubmatch(got.body)
	require.NotNil(t, said, got.body)
	var shelf []string
	require.NoError(t, json.Unmarshal([]byte(said[1]), &shelf))
	require.NotEmpty(t, shelf)
	for _, url := range shelf {
		file := v.get(url)
		require.Equal(t, http.StatusOK, file.status, url)
		require.Contains(t, file.header.Get("Cache-Control"), "immutable", url)
	}
	page := v.get(said[2])
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.body, "Nicht bestätigt")
	for _, name := range []string{"Anna", "Help Call Center", `id="state"`, "c-live"} {
		require.NotContains(t, page.body, name)
	}
	for _, m := range regexp.MustCompile(`"(/static/[^"#]+)`).FindAllStringSubmatch(page.body, -1) {
		require.Contains(t, shelf, m[1], "what the page needs is kept with it")
	}
	require.NotContains(t, strings.ReplaceAll(got.body, said[0], ""), ".put(", "and nothing is added later")
}

package web

import (
	_ "embed" // the service worker's script
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The Assistant can be installed as an application of its own (W3C Web Application
// Manifest). Its service worker keeps the files beside the pages and a page for when there
// is no connection, and never anything that tells who is seen.
func (w *Web) installRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /assistant/manifest.webmanifest", w.manifest)
	mux.HandleFunc("GET /assistant/sw.js", w.worker)
	mux.HandleFunc("GET /assistant/offline", w.offline)
}

//go:embed worker/assistant.js
var workerScript string

// asked is the visit of a browser that asks for its own sake: it sends no cookies with a
// manifest, so the language is in the address.
func (w *Web) asked(rw http.ResponseWriter, r *http.Request) *visit {
	v := w.stranger(rw, r)
	if lang := r.URL.Query().Get("lang"); known(lang) {
		v.words = w.words[lang]
	}
	return v
}

type icon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

func (w *Web) manifest(rw http.ResponseWriter, r *http.Request) {
	v := w.asked(rw, r)
	url := func(name string) string { return w.assets.urls[name] }
	text, err := json.Marshal(map[string]any{
		"id": "/assistant", "start_url": "/assistant", "scope": "/assistant", "display": "standalone", "lang": v.locale,
		"name": v.say("asst.app"), "short_name": "callas", "description": v.say("asst.app_sub"),
		"background_color": "#fcf9f6", "theme_color": "#4a1a3f",
		"icons": []icon{
			{url("img/mark.svg"), "any", "image/svg+xml", ""},
			{url("img/icon-192.png"), "192x192", "image/png", ""},
			{url("img/icon-512.png"), "512x512", "image/png", ""},
			{url("img/icon-maskable-512.png"), "512x512", "image/png", "maskable"},
		},
	})
	if err != nil {
		w.fail(v, err)
		return
	}
	rw.Header().Set("Content-Type", "application/manifest+json")
	rw.Header().Set("Cache-Control", "no-cache")
	send(rw, r, http.StatusOK, text)
}

// worker sends the service worker with what it keeps: another version of the files makes
// another script, which the browser then installs.
func (w *Web) worker(rw http.ResponseWriter, r *http.Request) {
	v := w.asked(rw, r)
	shelf := []string{}
	for _, url := range w.assets.urls {
		shelf = append(shelf, url)
	}
	slices.Sort(shelf)
	list, err := json.Marshal(shelf)
	if err != nil {
		w.fail(v, err)
		return
	}
	page := "/assistant/offline?lang=" + v.lang
	text := strings.NewReplacer("/*SHELF*/[]", string(list), "/*OFFLINE*/\"\"", fmt.Sprintf("%q", page)).Replace(workerScript)
	h := rw.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Service-Worker-Allowed", "/assistant") // the page itself, which has no slash at its end
	send(rw, r, http.StatusOK, []byte(text))
}

func (w *Web) offline(rw http.ResponseWriter, r *http.Request) {
	v := w.asked(rw, r)
	w.answer(v, view{page: "offline", title: v.say("live.stale")})
}

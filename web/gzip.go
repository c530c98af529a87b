package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"time"
)

// noTime keeps ServeContent from telling when a file was changed: embedded files do not know.
var noTime = time.Time{}

// takesGzip reports whether a browser unpacks gzip; every one of them does.
func takesGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		if name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";"); name == "gzip" && strings.TrimSpace(weight) != "q=0" {
			return true
		}
	}
	return false
}

// smallPage is up to how many bytes a page is sent as it is: it fits one packet.
const smallPage = 1400

// send writes a page. What is in it that others must not guess is never mixed with what
// they may choose, so that its packed length tells nothing (BREACH): pages hold no secrets.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if len(body) <= smallPage || !takesGzip(r) {
		w.WriteHeader(status)
		_, _ = w.Write(body) // whoever left needs no page
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return
	}
	_, _ = z.Write(body)
	_ = z.Close()
}

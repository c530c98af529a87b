package web

import (
	"net/http"
	"strings"
)

// policy is what a page may load: its own files and nothing else; no inline script or
// style, no frame around it (CSP Level 3).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxForm bounds what a page's form may send, in bytes: a bulk edit names ten thousand ids.
const maxForm = 2 << 20

// guarded sets the headers of every page, bounds what it is sent, and refuses what a page
// of another origin posts: the cookie would go along (Sec-Fetch-Site, or Origin against
// Host). The API takes no cookie and has bounds of its own, so it needs none of it.
func (w *Web) guarded(pages http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		http.Error(rw, "This was sent from a page of another site, and nothing was changed. Open callas itself and try there.", http.StatusForbidden)
	}))
	protected := sameOrigin.Handler(pages)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if forAPI(r.URL.Path) {
			w.API.ServeHTTP(rw, r)
			return
		}
		h := rw.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		r.Body = http.MaxBytesReader(rw, r.Body, maxForm)
		protected.ServeHTTP(rw, r)
	})
}

// forAPI reports whether a path is the API's own.
func forAPI(path string) bool {
	switch path {
	case "/livez", "/readyz", "/metrics", "/openapi.yaml":
		return true
	}
	return strings.HasPrefix(path, "/v1/")
}

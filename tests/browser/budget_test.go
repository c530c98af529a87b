//go:build e2e

package browser_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// heaviest is how many bytes a page may take over the wire the first time, its fonts,
// pictures and scripts included.
const heaviest = 130_000

// A wire counts what comes over it, by what was asked for.
type wire struct {
	mu    sync.Mutex
	asked map[network.RequestID]string
	bytes map[string]int
}

func (w *wire) count(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		w.asked[e.RequestID] = e.Request.URL
	case *network.EventLoadingFinished:
		w.bytes[w.asked[e.RequestID]] += int(e.EncodedDataLength)
	}
}

// Nobody has been here before: each page is opened in a window whose cache is empty.
func TestAPageIsLightTheFirstTime(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	for _, s := range screens {
		if strings.Contains(s.name, "-") && s.name != "sign-in" {
			continue // another state of a page that is measured
		}
		t.Run(s.name, func(t *testing.T) {
			e := chromium.look(t, office.Admin, 1280, 900)
			if s.token != "" {
				e.carries(office, s.token)
			}
			w := &wire{asked: map[network.RequestID]string{}, bytes: map[string]int{}}
			require.NoError(t, chromedp.Listen(e.ctx, w.count))
			e.open(s.path)
			e.becomes(`document.fonts.status == "loaded" && performance.getEntriesByType("resource").every(r => r.responseEnd > 0 || r.name.includes("/events"))`, "all has come")
			w.mu.Lock()
			defer w.mu.Unlock()
			sum := 0
			var told []string
			for _, from := range slices.Sorted(maps.Keys(w.bytes)) {
				sum += w.bytes[from]
				told = append(told, fmt.Sprintf("%s %d", strings.TrimPrefix(from, e.base), w.bytes[from]))
			}
			t.Logf("%d bytes: %s", sum, strings.Join(told, ", "))
			require.LessOrEqual(t, sum, heaviest)
			for _, kind := range []string{"callas.", "htmx.min.", ".woff2", "icons."} {
				require.Contains(t, strings.Join(told, " "), kind, "it was there already, and not measured")
			}
		})
	}
}

// carries gives a window the cookie of someone who signed in elsewhere.
func (e *eyes) carries(office *program.Office, token string) {
	e.t.Helper()
	once := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := once.PostForm(office.Admin+"/signin", url.Values{"token": {token}})
	require.NoError(e.t, err)
	answer.Body.Close()
	require.Len(e.t, answer.Cookies(), 1, answer.Status)
	c := answer.Cookies()[0]
	e.do(call(network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: office.Admin}))
}

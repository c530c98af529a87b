package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A counted counts what is read of a body.
type counted struct {
	io.Reader
	read int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.read += n
	return n, err
}

func TestOfWhatIsSentToAPageOnlySoMuchIsRead(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-admin")
	at, err := url.Parse(h.pages.URL)
	require.NoError(t, err)
	file := "--x\r\nContent-Disposition: form-data; name=\"in\"; filename=\"f\"\r\n\r\n" + strings.Repeat("x", 8<<20) + "\r\n--x--\r\n"
	for media, text := range map[string]string{
		"multipart/form-data; boundary=x":   file,
		"application/x-www-form-urlencoded": "in=" + strings.Repeat("x", 8<<20),
	} {
		for path, methods := range map[string][]string{
			"/services/help": {"GET", "POST"}, "/services/help/switch": {"POST"}, "/assistant/session": {"POST"}, "/undo": {"POST"},
			"/signin": {"POST"}, "/signout": {"POST"}, "/agents/anna": {"POST"}, "/bulk": {"POST"}, "/nowhere": {"POST"},
		} {
			for _, method := range methods {
				body := &counted{Reader: strings.NewReader(text)}
				r := httptest.NewRequestWithContext(t.Context(), method, path, body)
				r.Header.Set("Content-Type", media)
				r.Header.Set("HX-Request", "true")
				for _, c := range v.http.Jar.Cookies(at) {
					r.AddCookie(c)
				}
				h.pages.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
				require.Less(t, body.read, 3<<20, "%s %s as %s", method, path, media)
			}
		}
	}
}

func TestUndoLeadsNowhereElse(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-admin")
	form := v.get("/services/help/delete").form(t, "/services/help/delete")
	form.Set("reason", "by mistake")
	undo := v.follow(v.post("/services/help/delete", form)).form(t, "/undo")
	undo.Set("back", "//evil.example/services")
	got := v.post("/undo", undo)
	require.Equal(t, http.StatusSeeOther, got.status)
	require.Regexp(t, `^/\?done=\d+$`, got.header.Get("Location"))
}

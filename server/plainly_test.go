package server_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
)

// TestThePlainAnswerHasTheSameWords asks the same of the hatch and of gin: neither may be
// told from the other by what it answers.
func TestThePlainAnswerHasTheSameWords(t *testing.T) {
	expired := time.Now().Add(-time.Hour)
	tokens := with(tokenRow(callas.Principal{Name: "late", Role: callas.RolePlatform}, &expired))
	for face, h := range map[string]*house{"by token": newHouse(t, tokens), "open": newHouse(t, tokens, func(b *build) { b.server.OpenPlatform = true })} {
		inFull := served(h.server.Platform())
		t.Cleanup(inFull.close)
		now := h.state.Snapshot().Token().String()
		for name, s := range map[string]send{
			"as a service":            {body: question{"agent": "anna", "target": customer}},
			"as the agent":            {body: question{"agent": "clara", "target": customer}},
			"by an alias":             {body: question{"agent": "sip:anna@acme.example", "target": "+44 7700 900123"}},
			"an unknown agent":        {body: question{"agent": "nobody", "target": customer}},
			"an emergency":            {body: question{"agent": "anna", "target": "tel:112"}},
			"all that may be said":    {body: question{"agent": "anna", "target": customer, "modality": "video", "call_as": "help", "call_id": "a84b@192.0.2.1", "platform": "kamailio"}},
			"text beyond ASCII":       {body: question{"agent": "Jörg \"\u2028\"<&>", "target": "sip:ö@example.org"}},
			"with a name":             {body: question{"agent": "anna", "target": customer}, header: map[string]string{"X-Request-Id": "asked-7"}},
			"with a name that cannot": {body: question{"agent": "anna", "target": customer}, header: map[string]string{"X-Request-Id": "asked 7"}},
			"of its own revision":     {body: question{"agent": "anna", "target": customer, "min_revision": now}},
			"of an old revision":      {body: question{"agent": "anna", "target": customer, "min_revision": "0"}},
			"of a revision to come":   {body: question{"agent": "anna", "target": customer, "min_revision": "999"}},
			"of no revision":          {body: question{"agent": "anna", "target": customer, "min_revision": "x"}},
			"of another chain":        {body: question{"agent": "anna", "target": customer, "min_revision": strings.Split(now, ".")[0] + ".AAAAAAAAAAA"}},
			"a charset":               {body: question{"agent": "anna", "target": customer}, media: "application/json; charset=utf-8"},
			"another charset":         {body: question{"agent": "anna", "target": customer}, media: "application/json; charset=latin1"},
			"a form":                  {body: question{"agent": "anna", "target": customer}, media: "application/x-www-form-urlencoded"},
			"from a page":             {body: question{"agent": "anna", "target": customer}, header: map[string]string{"Origin": "https://evil.example"}},
			"no JSON":                 {body: "agent=anna"},
			"a field too many":        {body: `{"agent":"anna","target":"112","callas":"help"}`},
			"a field twice":           {body: `{"agent":"anna","target":"112","call_as":"help","call_as":"none"}`},
			"nothing":                 {body: ""},
			"nobody":                  {by: "-", body: question{"agent": "anna", "target": customer}},
			"somebody else":           {by: "anna", body: question{"agent": "anna", "target": customer}},
			"an admin":                {by: "root", body: question{"agent": "anna", "target": customer}},
			"an old token":            {by: "late", body: question{"agent": "anna", "target": customer}},
			"a wrong token":           {token: "callas_kamailio_WRONG", body: question{"agent": "anna", "target": customer}},
			"another scheme":          {by: "-", header: map[string]string{"Authorization": "Basic Zm9v"}, body: question{"agent": "anna", "target": customer}},
		} {
			t.Run(face+"/"+name, func(t *testing.T) {
				s.method, s.path = "POST", "/v1/resolve"
				switch s.by {
				case "":
					s.by = "kamailio"
				case "-":
					s.by = ""
				}
				plain, full := h.askAt(h.platform, s), h.askAt(inFull, s)
				require.Equal(t, full.status, plain.status)
				require.Equal(t, unnamed(full.body), unnamed(plain.body))
				for _, g := range []got{plain, full} {
					g.header.Del("Date")
					if id := g.header.Get("X-Request-Id"); id != "asked-7" {
						require.NotEmpty(t, id)
						g.header.Set("X-Request-Id", "made here")
					}
				}
				require.Equal(t, full.header, plain.header)
			})
		}
	}
}

var named = regexp.MustCompile(`"decision":"[^"]+"`)

// unnamed is an answer without its decision's id.
func unnamed(body []byte) string { return named.ReplaceAllString(string(body), `"decision":""`) }

// A phone is a kept connection to the platform's face.
type phone struct {
	net.Conn
	in *bufio.Reader
}

func (h *house) phone() phone {
	c, err := net.Dial("tcp", strings.TrimPrefix(h.platform.URL, "http://"))
	require.NoError(h.t, err)
	h.t.Cleanup(func() { c.Close() })
	return phone{c, bufio.NewReader(c)}
}

// ask returns an answer's headers as they came, and its body.
func (p phone) ask(t *testing.T, q question) (head, body string) {
	text, err := json.Marshal(q)
	require.NoError(t, err)
	_, err = io.WriteString(p, "POST /v1/resolve HTTP/1.1\r\nHost: callas\r\nAuthorization: Bearer "+as("kamailio")+
		"\r\nContent-Type: application/json\r\nContent-Length: "+strconv.Itoa(len(text))+"\r\n\r\n"+string(text))
	require.NoError(t, err)
	for !strings.HasSuffix(head, "\r\n\r\n") {
		line, err := p.in.ReadString('\n')
		require.NoError(t, err)
		head += line
	}
	res, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(head), p.in)), nil)
	require.NoError(t, err)
	got, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return head, string(got)
}

// byTheHatch reports whether it has written an answer: net/http sorts its headers.
func byTheHatch(head string) bool { return strings.HasPrefix(head, "HTTP/1.1 200 OK\r\nDate: ") }

func TestAnOrdinaryCallPassesNetHTTP(t *testing.T) {
	h := newHouse(t)
	p := h.phone()
	for range 3 {
		head, body := p.ask(t, question{"agent": "anna", "target": customer})
		require.True(t, byTheHatch(head), head)
		require.Contains(t, body, `"as":"service"`)
	}
	head, _ := p.ask(t, question{"agent": "anna", "target": customer, "min_revision": "1"})
	require.True(t, byTheHatch(head), head)
	head, body := p.ask(t, question{"agent": "", "target": customer})
	require.Contains(t, head, " 400 ")
	require.Contains(t, body, "is missing: the id")
	metrics := string(h.askAt(h.platform, send{method: "GET", path: "/metrics", by: "kamailio"}).is(200).body)
	require.Contains(t, metrics, `callas_requests_total{method="POST",route="/v1/resolve",status="200"} 4`)
	require.Contains(t, metrics, `callas_requests_total{method="POST",route="/v1/resolve",status="400"} 1`)
	require.Contains(t, metrics, `callas_decisions_total{as="service",reason=""} 4`)
	require.Equal(t, uint64(4), h.record.Stats().Appended)
}

// A nervous one panics once.
type nervous struct {
	tokens interface {
		Authenticate(string) (callas.Principal, bool)
	}
	calm atomic.Bool
}

func (n *nervous) Authenticate(token string) (callas.Principal, bool) {
	if n.calm.CompareAndSwap(false, true) {
		panic("nerves")
	}
	return n.tokens.Authenticate(token)
}

func TestAPanicInTheHatchIsAnsweredInFull(t *testing.T) {
	h := newHouse(t, func(b *build) { b.server.Auth = &nervous{tokens: everyone{}} })
	head, body := h.phone().ask(t, question{"agent": "anna", "target": customer})
	require.False(t, byTheHatch(head))
	require.Contains(t, body, `"as":"service"`)
	require.Contains(t, h.log.String(), "nerves")
}

// everyone is a platform.
type everyone struct{}

func (everyone) Authenticate(string) (callas.Principal, bool) {
	return callas.Principal{Name: "kamailio", Role: callas.RolePlatform}, true
}

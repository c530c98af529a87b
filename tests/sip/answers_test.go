//go:build e2e

package sip_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Whatever stands where callas does, and whatever it says, the call goes through; and
// the next good answer works again.
func TestAnAnswerThatIsNoneLeavesTheCallAlone(t *testing.T) {
	t.Parallel()
	oracle := openOracle(t)
	proxy := openProxy(t, oracle.URL)
	c := call{agent: "anna", to: customersPhone}

	hangUp := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}
	breakOff := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(good))
	}
	late := func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(2 * time.Second):
		case <-r.Context().Done():
		}
		says(200, good)(w, r)
	}
	elsewhere := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/other" {
			says(200, good)(w, r)
			return
		}
		http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
	}
	for note, answer := range map[string]http.HandlerFunc{
		"a body longer than 8 kB":        says(200, strings.Replace(good, "[]", `["`+strings.Repeat("x", 20_000)+`"]`, 1)),
		"garbage":                        says(200, "<html>"),
		"no body":                        says(200, ""),
		"an internal error":              says(500, good),
		"not found":                      says(404, good),
		"another success":                says(202, good),
		"a redirect":                     elsewhere,
		"no answer":                      hangUp,
		"half an answer":                 breakOff,
		"an answer that is too late":     late,
		"an empty object":                says(200, `{}`),
		"a list":                         says(200, `[]`),
		"service alone":                  says(200, `{"as":"service"}`),
		"no identity":                    says(200, `{"as":"service","identity":null,"target":{"class":"pstn"}}`),
		"an empty identity":              says(200, `{"as":"service","identity":{},"target":{"class":"pstn"}}`),
		"a name alone":                   says(200, `{"as":"service","identity":{"name":"Help Call Center"},"target":{"class":"pstn"}}`),
		"no target":                      says(200, `{"as":"service","identity":{"name":"Help Call Center","number":"+442079460100"}}`),
		"an emergency, as the service":   says(200, strings.Replace(good, `"pstn"`, `"emergency"`, 1)),
		"an identity that is a list":     says(200, `{"as":"service","identity":["Help Call Center","+442079460100"],"target":{"class":"pstn"}}`),
		"a name that is an object":       says(200, strings.Replace(good, `"Help Call Center"`, `{"a":"b"}`, 1)),
		"a name that is not UTF-8":       says(200, strings.Replace(good, "Help", "Help\xff", 1)),
		"true instead of service":        says(200, strings.Replace(good, `"service"`, `true`, 1)),
		"another word than service":      says(200, strings.Replace(good, `"service"`, `"Service"`, 1)),
		"two answers in one":             says(200, `{"as":"agent",`+good[1:]),
		"as the agent, with an identity": says(200, strings.Replace(good, `"service"`, `"agent"`, 1)),
	} {
		t.Run(note, func(t *testing.T) {
			oracle.answers(answer)
			asAgent(t, c, proxy.makes(t, c))
			oracle.answers(says(200, good))
			asService(t, c, proxy.makes(t, c), helpFrom)
		})
	}
}

// The identities that adapter.Check lets through and those it refuses, at Kamailio's door.
func TestKamailioChecksAnIdentityAsTheAdaptersDo(t *testing.T) {
	t.Parallel()
	oracle := openOracle(t)
	proxy := openProxy(t, oracle.URL)
	c := call{agent: "anna", to: customersPhone}

	file, err := os.ReadFile("../../adapter/testdata/identities.jsonl")
	require.NoError(t, err)
	for line := range bytes.Lines(file) {
		var v struct {
			Note     string
			MayLeave bool `json:"may_leave"`
			Identity struct {
				Name     string `json:"name"`
				Number   string `json:"number,omitempty"`
				URI      string `json:"uri,omitempty"`
				Asserted string `json:"asserted,omitempty"`
			}
		}
		require.NoError(t, json.Unmarshal(line, &v))
		t.Run(v.Note, func(t *testing.T) {
			oracle.answers(says(200, service(t, v.Identity)))
			got := proxy.makes(t, c)
			if !v.MayLeave {
				asAgent(t, c, got)
				_, injected := got.invite(t).header("X-Injected")
				require.False(t, injected)
				return
			}
			from, asserted := v.Identity.URI, v.Identity.URI
			if v.Identity.Number != "" {
				from = "sip:" + v.Identity.Number + "@nordhang.example"
				asserted = from
			}
			if v.Identity.Asserted != "" {
				asserted = "sip:" + v.Identity.Asserted + "@nordhang.example"
			}
			asAsserted(t, c, got, `"`+v.Identity.Name+`" <`+from+`>`, `"`+v.Identity.Name+`" <`+asserted+`>`)
		})
	}
}

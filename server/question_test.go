package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server"
)

func TestAQuestionIsReadStrictly(t *testing.T) {
	for _, tc := range []struct {
		name, body      string
		pointer, detail string
	}{
		{"a misspelt call_as is refused, not overlooked", `{"agent":"anna","target":"112","callas":"none"}`, "/callas", `unknown field "callas" (did you mean "call_as"?)`},
		{"so is one in other letters", `{"agent":"anna","target":"112","Call_As":"none"}`, "/Call_As", `unknown field "Call_As" (did you mean "call_as"?)`},
		{"a field that is like no other has no hint", `{"agent":"anna","colour":"red"}`, "/colour", `unknown field "colour"`},
		{"a field that is there twice", `{"agent":"anna","agent":"ben","target":"112"}`, "/agent", "is there twice: send it once"},
		{"also where one of them is escaped", `{"agent":"anna","\u0061gent":"ben","target":"112"}`, "/agent", "is there twice: send it once"},
		{"a number where a string is wanted", `{"agent":5,"target":"112"}`, "/agent", "is a number, want a string"},
		{"an object where a string is wanted", `{"agent":"anna","target":{"class":"pstn"}}`, "/target", "is an object, want a string"},
		{"null says neither none nor the selection", `{"agent":"anna","target":"112","call_as":null}`, "/call_as",
			`is null, want a string (write "none" to call as the agent, or leave it out for the agent's selection)`},
		{"an empty call_as says neither", `{"agent":"anna","target":"112","call_as":""}`, "/call_as",
			`is empty: name a service, write "none" to call as the agent, or leave it out for the agent's selection`},
		{"half a surrogate pair", `{"agent":"anna","target":"\ud83d"}`, "/target", "holds U+FFFD or half a surrogate pair"},
		{"a bad escape", `{"agent":"anna","target":"\x"}`, "/target", "holds a bad escape"},
		{"bytes that are no UTF-8", "{\"agent\":\"\xff\",\"target\":\"112\"}", "/agent", "is not valid UTF-8"},
		{"a line break within a string", "{\"agent\":\"a\nb\",\"target\":\"112\"}", "/agent", "holds a control character: escape it"},
		{"an array", `[]`, "", "is an array, want an object"},
		{"nothing", ``, "", "is missing, want an object"},
		{"half an object", `{"agent":"anna"`, "", "the JSON ends too early, at byte 15"},
		{"a comma at the end", `{"agent":"anna",}`, "", `'}' at byte 16 is no JSON`},
		{"something behind", `{"agent":"anna","target":"112"} {}`, "", `'{' at byte 32 is no JSON`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := server.ReadQuestion([]byte(tc.body))
			var p *server.Problem
			require.ErrorAs(t, err, &p)
			require.Equal(t, []callas.Problem{{Pointer: tc.pointer, Detail: tc.detail}}, p.Errors)
		})
	}
}

func TestAQuestionMayBeWrittenAsJSONAllows(t *testing.T) {
	got, err := server.ReadQuestion([]byte(" {\r\n\t\"agent\" : \"J\\u00f6rg\\n\" , \"target\":\"\\ud83d\\ude00é\" }\n"))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"agent": "Jörg\n", "target": "😀é"}, got)
}

func TestWhatAQuestionLacksOrMisnames(t *testing.T) {
	h := newHouse(t)
	for _, tc := range []struct {
		name, path, body, pointer, detail string
	}{
		{"no agent", "/v1/resolve", `{"target":"112"}`, "/agent", "is missing: the id, SIP URI, extension or number of who calls"},
		{"no target", "/v1/explain", `{"agent":"anna"}`, "/target", "is missing: whom the call is for, as it was dialled"},
		{"a modality there is not", "/v1/resolve", `{"agent":"anna","target":"112","modality":"fax"}`, "/modality", `"fax": want audio, video or im`},
		{"no token", "/v1/resolve", `{"agent":"anna","target":"112","min_revision":"latest"}`, "/min_revision",
			`token "latest": want <revision>.<chain>, as an answer's revision field gives it`},
		{"no calls", "/v1/resolve/batch", `{}`, "/calls", "is missing: a list of calls, each as for /v1/resolve"},
		{"calls that are none", "/v1/resolve/batch", `{"calls":{}}`, "/calls", "is an object, want an array"},
		{"a call that is none", "/v1/resolve/batch", `{"calls":[1]}`, "/calls/0", "is a number, want an object"},
		{"the second call's field", "/v1/resolve/batch", `{"calls":[{"agent":"a","target":"1"},{"agent":"a","targte":"1"}]}`, "/calls/1/targte",
			`unknown field "targte" (did you mean "target"?)`},
		{"a call with a revision of its own", "/v1/resolve/batch", `{"calls":[{"agent":"a","target":"1","min_revision":"1"}]}`, "/calls/0/min_revision",
			"belongs beside calls: a batch has one snapshot"},
		{"calls twice", "/v1/resolve/batch", `{"calls":[],"calls":[]}`, "/calls", "is there twice: send it once"},
		{"a batch's misspelt field", "/v1/resolve/batch", `{"call":[]}`, "/call", `unknown field "call" (did you mean "calls"?)`},
		{"one call too many", "/v1/resolve/batch", `{"calls":[` + strings.Repeat(`{"agent":"a","target":"1"},`, server.MaxBatch) + `{}]}`, "/calls/1000",
			"is one too many: at most 1000 calls a batch"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := h.post("kamailio", tc.path, tc.body).problem(400)
			require.Equal(t, []callas.Problem{{Pointer: tc.pointer, Detail: tc.detail}}, p.Errors)
		})
	}
}

// FuzzReadQuestion holds the reading by hand against encoding/json: what is taken
// means the same there, and what is refused is refused there or by a stated rule.
func FuzzReadQuestion(f *testing.F) {
	for _, seed := range []string{
		`{"agent":"anna","target":"tel:+41791234567","modality":"audio"}`, `{}`, `{"agent":""}`, `{"call_as":""}`,
		`{"agent":"\ud83d\ude00"}`, `{"agent":"\ud83d"}`, "{\"agent\":\"\xff\"}", `{"agent":null}`, ` { "agent" : "a" } `,
		`{"agent":"a","agent":"b"}`, `{"agent":"a"}x`, `{"agent":"a\`, `{"agent":"\u00"}`, `{"a~/b":1}`, `{"":""}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := server.ReadQuestion(body)
		var want struct {
			Agent       *string `json:"agent"`
			Target      *string `json:"target"`
			Modality    *string `json:"modality"`
			CallAs      *string `json:"call_as"`
			CallID      *string `json:"call_id"`
			Platform    *string `json:"platform"`
			MinRevision *string `json:"min_revision"`
		}
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.DisallowUnknownFields()
		there := dec.Decode(&want)
		if there == nil {
			if _, behind := dec.Token(); !errors.Is(behind, io.EOF) {
				there = errors.New("something behind")
			}
		}
		if err != nil {
			if there == nil && !ourOwnRule(body) {
				t.Fatalf("refused %q (%v), which encoding/json takes", body, err)
			}
			return
		}
		if there != nil {
			t.Fatalf("took %q, which encoding/json refuses: %v", body, there)
		}
		for name, p := range map[string]*string{"agent": want.Agent, "target": want.Target, "modality": want.Modality, "call_as": want.CallAs,
			"call_id": want.CallID, "platform": want.Platform, "min_revision": want.MinRevision} {
			value := ""
			if p != nil {
				value = *p
			}
			if got[name] != value {
				t.Fatalf("%q: %s is %q, and %q to encoding/json", body, name, got[name], value)
			}
		}
	})
}

// ourOwnRule reports whether a body is one that encoding/json takes and callas does
// not: null, a key twice or in other letters, an empty call_as, text that is not UTF-8.
func ourOwnRule(body []byte) bool {
	if !utf8.Valid(body) || bytes.ContainsRune(body, utf8.RuneError) {
		return true
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	seen := map[string]bool{}
	for key := true; ; key = !key {
		token, err := dec.Token()
		if err != nil {
			return false
		}
		text, isText := token.(string)
		switch {
		case token == json.Delim('{') || token == json.Delim('}'):
			key = false
		case key && (seen[text] || text != strings.ToLower(text) || !isASCII(text)):
			return true
		case key:
			seen[text] = true
		case !isText, text == "", strings.ContainsRune(text, utf8.RuneError):
			return true
		}
	}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func TestHints(t *testing.T) {
	known := []string{"call_as", "modality", "direction"}
	for word, want := range map[string]string{
		"callas": "call_as", "CallAs": "call_as", "cal_as": "call_as", "call-as": "call_as", "dierction": "direction", "modalty": "modality",
		"colour": "", "": "", strings.Repeat("x", 1000): "",
	} {
		if want != "" {
			want = ` (did you mean "` + want + `"?)`
		}
		require.Equal(t, want, server.DidYouMean(word, known), word)
	}
}

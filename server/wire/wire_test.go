package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server/wire"
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
			_, err := wire.ReadQuestion([]byte(tc.body))
			require.Equal(t, &wire.Error{Pointer: tc.pointer, Detail: tc.detail}, err)
		})
	}
}

func TestAQuestionMayBeWrittenAsJSONAllows(t *testing.T) {
	got, err := wire.ReadQuestion([]byte(" {\r\n\t\"agent\" : \"J\\u00f6rg\\n\" , \"target\":\"\\ud83d\\ude00é\" }\n"))
	require.NoError(t, err)
	require.Equal(t, wire.Question{Agent: "Jörg\n", Target: "😀é", Modality: callas.Audio}, got)
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
		got, err := wire.ReadQuestion(body)
		want := map[string]*string{}
		dec := json.NewDecoder(bytes.NewReader(body))
		there := dec.Decode(&want)
		if _, behind := dec.Token(); there == nil && !errors.Is(behind, io.EOF) {
			there = errors.New("something behind")
		}
		if err != nil {
			if there == nil && !ourOwnRule(body, want) {
				t.Fatalf("refused %q (%v), which encoding/json takes", body, err)
			}
			return
		}
		if there != nil {
			t.Fatalf("took %q, which encoding/json refuses: %v", body, there)
		}
		for name, value := range map[string]string{"agent": got.Agent, "target": got.Target, "modality": string(got.Modality), "call_as": got.CallAs,
			"call_id": got.CallID, "platform": got.Platform, "min_revision": got.MinRevision} {
			meant := ""
			if p := want[name]; p != nil {
				meant = *p
			} else if name == "modality" {
				meant = "audio"
			}
			if value != meant {
				t.Fatalf("%q: %s is %q, and %q to encoding/json", body, name, value, meant)
			}
		}
	})
}

// ourOwnRule reports whether a body is one that encoding/json takes and callas does
// not: another field, a null, something missing or empty, a key twice, no UTF-8.
func ourOwnRule(body []byte, fields map[string]*string) bool {
	if !utf8.Valid(body) || bytes.ContainsRune(body, utf8.RuneError) {
		return true
	}
	empty := func(name string) bool { return fields[name] == nil || *fields[name] == "" }
	if empty("agent") || empty("target") {
		return true
	}
	for name, value := range fields {
		switch {
		case value == nil, strings.ContainsRune(*value, utf8.RuneError), strings.ContainsRune(name, utf8.RuneError):
			return true
		case name == "modality" && *value != "audio" && *value != "video" && *value != "im", name == "call_as" && *value == "":
			return true
		case !slices.Contains([]string{"agent", "target", "modality", "call_as", "call_id", "platform", "min_revision"}, name):
			return true
		}
	}
	dec, keys := json.NewDecoder(bytes.NewReader(body)), 0
	for _, err := dec.Token(); err == nil; _, err = dec.Token() {
		keys++
	}
	return keys != 2+2*len(fields) // a key is there twice
}

// What reading costs before a call can be decided.
func BenchmarkReadQuestion(b *testing.B) {
	body := []byte(`{"agent":"a000123","target":"tel:+447700900123","modality":"audio","call_id":"a84b4c76e66710@192.0.2.1"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.ReadQuestion(body); err != nil {
			b.Fatal(err)
		}
	}
}

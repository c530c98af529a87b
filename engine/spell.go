package engine

import (
	"encoding/binary"
	"slices"
	"time"

	"callas"
)

// A spell writes one field of a row as a policy sees it at a time, so that the spelling
// of another value is never the same, nor the beginning of it.
type spell[R any] func(b []byte, row R, now time.Time) []byte

// agentFields and sessionFields are what moment.write shows of these rows. What is the
// agent's alone (the id, aliases and such) has no spelling: whoever reads it finds nobody
// alike.
var agentFields = map[string]spell[*callas.Agent]{
	"name":        func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendText(b, a.Name) },
	"unit":        func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendText(b, a.Unit) },
	"enabled":     func(b []byte, a *callas.Agent, _ time.Time) []byte { return append(b, bit(a.Enabled)) },
	"number":      func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendText(b, a.Number) },
	"uri":         func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendText(b, a.URI) },
	"direction":   func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendText(b, string(a.Direction)) },
	"profiles":    func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendTexts(b, a.Profiles) },
	"responsible": func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendLists(b, a.Responsible) },
	"source":      func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendText(b, a.Source) },
	"locked":      func(b []byte, a *callas.Agent, _ time.Time) []byte { return appendTexts(b, a.Locked) },
}

var sessionFields = map[string]spell[*callas.Session]{
	"profile":       func(b []byte, s *callas.Session, _ time.Time) []byte { return appendText(b, s.Profile) },
	"call_as":       func(b []byte, s *callas.Session, now time.Time) []byte { return appendText(b, selected(s, now)) },
	"ended_because": func(b []byte, s *callas.Session, now time.Time) []byte { return appendText(b, ended(s, now)) },
	"source":        func(b []byte, s *callas.Session, _ time.Time) []byte { return appendText(b, s.Source) },
	"locked":        func(b []byte, s *callas.Session, _ time.Time) []byte { return appendTexts(b, s.Locked) },
}

// personal are fields that nobody shares, and that are read only to show who calls as
// the agent.
var personal = names{"name": true, "number": true, "uri": true}

// strange are fields of rows of other kinds: an agent's never has them.
var strange = names{"parent": true, "profile": true, "call_as": true, "services": true, "off_duty": true}

// spelt are the spellings of the fields that a question reads; false where one has none.
func spelt[R any](all map[string]spell[R], read names) ([]spell[R], bool) {
	if read == nil {
		return nil, false
	}
	var out []spell[R]
	for name := range read {
		s := all[name]
		if s == nil {
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendTexts(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendText(b, s)
	}
	return b
}

func appendLists(b []byte, m map[string][]string) []byte {
	var few [8]string
	keys := few[:0]
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	b = binary.AppendUvarint(b, uint64(len(keys)))
	for _, key := range keys {
		b = appendTexts(appendText(b, key), m[key])
	}
	return b
}

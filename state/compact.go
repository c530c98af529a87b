package state

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"callas"
)

// words makes rows small while they are stored: what many rows say alike (units,
// profiles, whole sets of responsibilities) is kept once, and what only one says stands
// in one text. It lives for one change or load; after it, what is shared stays shared.
type words struct {
	texts map[string]string
	lists map[string][]string
	sets  map[string]map[string][]string
	key   []byte
	text  []byte
}

// wordsMost bounds each of the maps: past it they begin anew. Rows that say the same
// mostly come close together.
const wordsMost = 4096

func newWords() *words {
	return &words{texts: map[string]string{}, lists: map[string][]string{}, sets: map[string]map[string][]string{}}
}

// agent is a compact copy of a row that takes the place of old, nil where there was none.
func (w *words) agent(a, old *callas.Agent) *cell[callas.Agent] {
	c := &cell[callas.Agent]{row: *a}
	r := &c.row
	if old == nil {
		old = &callas.Agent{}
	}
	if r.Name == old.Name && r.Number == old.Number && r.URI == old.URI && slices.Equal(r.Aliases, old.Aliases) && r.ID == old.ID {
		r.ID, r.Name, r.Number, r.URI = old.ID, old.Name, old.Number, old.URI
		if r.Aliases != nil && old.Aliases != nil {
			r.Aliases = old.Aliases
		}
	} else {
		w.own(r)
	}
	r.Unit, r.Direction = w.word(r.Unit), callas.Direction(w.word(string(r.Direction)))
	r.Profiles, r.Responsible = w.list(r.Profiles), w.set(r.Responsible)
	w.meta(&r.Meta)
	return c
}

// session is the same for a session.
func (w *words) session(s, old *callas.Session) *cell[callas.Session] {
	c := &cell[callas.Session]{row: *s}
	r := &c.row
	if old != nil {
		r.Agent = old.Agent
	} else {
		r.Agent = strings.Clone(r.Agent)
	}
	r.Profile, r.CallAs, r.EndedBecause = w.word(r.Profile), w.word(r.CallAs), w.word(r.EndedBecause)
	w.meta(&r.Meta)
	return c
}

func (w *words) meta(m *callas.Meta) { m.Source, m.Locked = w.word(m.Source), w.list(m.Locked) }

// own puts what only this agent says into one text. Much of it is said twice: a URI is
// an alias, an id is a part of it.
func (w *words) own(a *callas.Agent) {
	w.text = w.text[:0]
	for _, alias := range a.Aliases {
		w.text = append(w.text, alias...)
	}
	fields := [...]*string{&a.URI, &a.Name, &a.Number, &a.ID}
	var at [len(fields)]int
	for i, f := range fields {
		if at[i] = bytes.Index(w.text, []byte(*f)); at[i] < 0 {
			at[i] = len(w.text)
			w.text = append(w.text, *f...)
		}
	}
	text := string(w.text)
	for i, f := range fields {
		*f = text[at[i] : at[i]+len(*f)]
	}
	if a.Aliases == nil {
		return
	}
	aliases, from := make([]string, len(a.Aliases)), 0
	for i, alias := range a.Aliases {
		aliases[i] = text[from : from+len(alias)]
		from += len(alias)
	}
	a.Aliases = aliases
}

func (w *words) word(s string) string {
	if s == "" {
		return ""
	}
	known, ok := w.texts[s]
	if !ok {
		known = strings.Clone(s)
		keep(w.texts, known, known)
	}
	return known
}

func (w *words) list(list []string) []string {
	if list == nil {
		return nil
	}
	w.key = appendList(w.key[:0], list)
	known, ok := w.lists[string(w.key)]
	if !ok {
		known = make([]string, len(list))
		key := string(w.key)
		for i, s := range list {
			known[i] = w.word(s)
		}
		keep(w.lists, key, known)
	}
	return known
}

func (w *words) set(set map[string][]string) map[string][]string {
	if set == nil {
		return nil
	}
	var few [8]string
	names := few[:0]
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	w.key = w.key[:0]
	for _, name := range names {
		w.key = appendText(w.key, name)
		w.key = append(w.key, 'n')
		if set[name] != nil {
			w.key = appendList(append(w.key, 'l'), set[name])
		}
	}
	known, ok := w.sets[string(w.key)]
	if !ok {
		key := string(w.key)
		known = make(map[string][]string, len(set))
		for name, list := range set {
			known[w.word(name)] = w.list(list)
		}
		keep(w.sets, key, known)
	}
	return known
}

func keep[T any](all map[string]T, key string, value T) {
	if len(all) >= wordsMost {
		clear(all)
	}
	all[key] = value
}

func appendList(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendText(b, s)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

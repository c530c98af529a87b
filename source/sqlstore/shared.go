package sqlstore

import (
	"bytes"
	"encoding/json"
	"strings"
)

// shared keeps the lists and sets that were decoded last, by their JSON: most agents of a
// team have the same profiles and answer for the same services, and rows are constants.
// Decoding them for every row was a third of a start.
type shared struct {
	lists map[string][]string
	sets  map[string]map[string][]string
}

// sharedMost bounds each of the maps: past it they begin anew.
const sharedMost = 1024

// list takes a list that other rows may have too.
func (s *scanner) list() []string {
	return known(&s.shared.lists, s.cell(), s.texts)
}

// set takes a map of lists that other rows may have too.
func (s *scanner) set() map[string][]string {
	return known(&s.shared.sets, s.cell(), func(cell []byte) (set map[string][]string) {
		s.keep(json.Unmarshal(cell, &set))
		return set
	})
}

func known[T any](all *map[string]T, cell []byte, decode func([]byte) T) T {
	if v, ok := (*all)[string(cell)]; ok {
		return v
	}
	if *all == nil || len(*all) == sharedMost {
		*all = map[string]T{}
	}
	v := decode(cell)
	(*all)[string(cell)] = v
	return v
}

// ownList takes a list that no other row has.
func (s *scanner) ownList() []string { return s.texts(s.cell()) }

// texts decodes a list of strings: by hand where nothing in them is escaped, which is
// nearly always.
func (s *scanner) texts(cell []byte) []string {
	var out []string
	if n := len(cell); n < 4 || cell[0] != '[' || cell[n-1] != ']' || bytes.IndexByte(cell, '\\') >= 0 {
		s.keep(json.Unmarshal(cell, &out))
		return out
	}
	text := string(cell[1 : len(cell)-1])
	out = make([]string, 0, bytes.Count(cell, []byte(`","`))+1)
	for {
		end := -1
		if text != "" && text[0] == '"' {
			end = strings.IndexByte(text[1:], '"')
		}
		if end < 0 {
			break
		}
		out = append(out, text[1:1+end])
		if text = text[end+2:]; text == "" {
			return out
		}
		if text[0] != ',' {
			break
		}
		text = text[1:]
	}
	out = nil
	s.keep(json.Unmarshal(cell, &out)) // written by another hand, or damaged
	return out
}

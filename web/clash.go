package web

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"callas"
)

// A clash is two people who changed one row: whoever saved later chooses.
type clash struct {
	By     string // empty: not known
	At     time.Time
	Fields []clashField
	Rev    string     // the row's as it is now
	Was    string     // its fields as they are now
	Keep   url.Values // what the form sent, for sending it again
}

// A clashField is a field that is not as the form found it, or is to be something else.
type clashField struct {
	Key, Label   string
	Mine, Theirs string
	Both         bool // changed by both: else there is nothing to choose
	Only         bool // changed by them alone
}

// clashOf tells what stands against what.
func (v *visit) clashOf(d *draft, current json.RawMessage) (*clash, error) {
	now, meta := map[string]any{}, callas.Meta{}
	if err := json.Unmarshal(current, &now); err != nil {
		return nil, err
	}
	c := &clash{Rev: strconv.FormatInt(revisionOf(current, &meta), 10), Keep: maps.Clone(v.r.PostForm)}
	fresh := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(d.was)) {
		fresh[key] = now[key]
		value, sent := d.is[key]
		mine, theirs := sent && !same(value, d.was[key]), !same(now[key], d.was[key])
		if mine && same(value, now[key]) {
			mine = false // both want the same
		}
		if mine || theirs {
			f := clashField{Key: key, Label: v.say("field." + key), Theirs: d.spell(key, now[key]), Both: mine && theirs, Only: !mine}
			if mine {
				f.Mine = d.spell(key, value)
			}
			c.Fields = append(c.Fields, f)
		}
		c.Keep.Del("take." + key)
		if !mine {
			c.Keep.Set("take."+key, "theirs") // what one did not touch stays another's
		}
	}
	c.Was = stored(fresh)
	c.Keep.Del("rev")
	c.Keep.Del("was")
	last, err := v.lastChange(d.kind, d.id)
	if err == nil && last != nil {
		c.By, c.At = last.Actor, last.At
	}
	return c, err
}

// same compares values as JSON has them; a field that is not there is empty.
func same(a, b any) bool { return bytes.Equal(canonical(a), canonical(b)) }

func canonical(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	switch string(text) {
	case `""`, `null`, `0`, `false`, `[]`, `{}`:
		return nil
	}
	var plain any
	if json.Unmarshal(text, &plain) != nil {
		return text
	}
	text, _ = json.Marshal(tidied(plain)) // it was JSON a moment ago
	return text
}

// tidied leaves out of objects what says no more than its absence.
func tidied(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if canonical(inner) == nil {
				delete(value, key)
			} else {
				value[key] = tidied(inner)
			}
		}
	case []any:
		for i := range value {
			value[i] = tidied(value[i])
		}
	}
	return value
}

// reshape reads a value of JSON as a type of its own.
func reshape(value, into any) bool {
	text, err := json.Marshal(value)
	return err == nil && json.Unmarshal(text, into) == nil
}

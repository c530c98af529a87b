package web

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"callas"
)

// auditEdit tells what an edit did to its row, field by field.
func (v *visit) auditEdit(d *directory, e callas.Edit) auditEdit {
	row := e.After
	if row == nil {
		row = e.Before
	}
	out := auditEdit{Kind: v.say("audit.kind." + string(e.Kind)), Name: e.ID, Born: e.Before == nil, Gone: e.After == nil}
	switch row := row.(type) {
	case *callas.Agent:
		out.Name, out.Href = row.Name, agentPath(row.ID)
	case *callas.Service:
		out.Name, out.Href = row.Name, "/services/"+row.ID
	case *callas.Profile:
		out.Name, out.Href = row.Name, "/profiles/"+row.ID
	case *callas.Unit:
		out.Name, out.Href = row.Name, "/units/"+row.ID
	case *callas.Session:
		out.Href = agentPath(row.Agent)
	}
	if out.Gone {
		out.Href = ""
	}
	if out.Born || out.Gone {
		return out
	}
	was, mine := e.Before.(*callas.Agent)
	is, still := e.After.(*callas.Agent)
	if mine && still {
		out.Moves = v.movesOf(d, inOrder(was), inOrder(is))
	} else {
		out.Moves = v.rowMoves(d, e.Before, e.After)
	}
	return out
}

// rowMoves tells what differs between two states of any row.
func (v *visit) rowMoves(d *directory, was, is callas.Row) (moves []fieldMove) {
	from, to := rowFields(was), rowFields(is)
	keys := append(sortedKeys(from), sortedKeys(to)...)
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if key == "rev" || reflect.DeepEqual(from[key], to[key]) {
			continue
		}
		field := key
		if named := "audit.field." + key; v.has(named) {
			field = v.say(named)
		}
		moves = append(moves, fieldMove{field, v.orNothing(v.rowValue(d, key, from[key])), v.orNothing(v.rowValue(d, key, to[key]))})
	}
	return moves
}

// inOrder is an agent with every set in one order: of none does the order mean anything.
func inOrder(a *callas.Agent) *callas.Agent {
	c := *a
	c.Profiles, c.Aliases, c.Locked = slices.Sorted(slices.Values(a.Profiles)), slices.Sorted(slices.Values(a.Aliases)), slices.Sorted(slices.Values(a.Locked))
	c.Responsible = map[string][]string{}
	for profile, services := range a.Responsible {
		c.Responsible[profile] = slices.Sorted(slices.Values(services))
	}
	return &c
}

// rowFields are a row's fields as the API has them, every set in one order.
func rowFields(row callas.Row) map[string]any {
	text, _ := json.Marshal(row)
	fields := map[string]any{}
	_ = json.Unmarshal(text, &fields)
	ordered(fields)
	return fields
}

func ordered(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, one := range value {
			ordered(one)
		}
	case []any:
		for _, one := range value {
			ordered(one)
		}
		slices.SortStableFunc(value, func(a, b any) int {
			s, _ := a.(string)
			t, _ := b.(string)
			return strings.Compare(s, t) // a list of anything else stays as it is
		})
	}
}

// rowValue is a field's value as people read it.
func (v *visit) rowValue(d *directory, key string, value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case bool:
		return v.onOff(value)
	case string:
		return v.textValue(d, key, value)
	case []any:
		parts := make([]string, len(value))
		for i, one := range value {
			parts[i] = v.rowValue(d, strings.TrimSuffix(key, "s"), one)
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		if number, ok := value["e164"].(string); ok {
			return v.numberValue(number, value)
		}
		text, _ := json.Marshal(value)
		return string(text)
	}
	return fmt.Sprint(value)
}

func (v *visit) textValue(d *directory, key, text string) string {
	switch {
	case text == "":
		return ""
	case key == "unit" || key == "parent":
		return d.where(text)
	case key == "service" || key == "call_as":
		return d.service(text).Name
	case key == "profile":
		return d.profile(text).Name
	case key == "asserted":
		return v.web.Spell(text)
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		t = t.In(v.web.Zone)
		return v.day(t) + " " + v.clock(t)
	}
	return text
}

// numberValue is a service's number with what speaks for it and where it may be shown.
func (v *visit) numberValue(number string, fields map[string]any) string {
	said := []string{}
	if right, ok := fields["right_of_use"].(map[string]any); ok {
		status, _ := right["status"].(string)
		said = append(said, v.say("why.right."+status))
	}
	if countries, ok := fields["countries"].([]any); ok {
		for _, c := range countries {
			said = append(said, fmt.Sprint(c))
		}
	}
	if fields["default"] == true {
		said = append(said, v.say("audit.default"))
	}
	return v.web.Spell(number) + " (" + strings.Join(said, ", ") + ")"
}

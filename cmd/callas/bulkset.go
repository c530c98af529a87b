package main

import (
	"fmt"
	"io"
	"strings"

	"callas"
	"callas/client"
	"callas/cmd/rowfile"
)

// setOf reads one --set of a bulk edit into the set as it travels:
//
//	{"direction":"external","profiles":{"add":["day"],"remove":[]},
//	 "responsible":{"day":{"add":["help"],"remove":[]},"add":[],"remove":["claims"]}}
func setOf(set map[string]any, pair string) error {
	name, value, err := pairOf("--set", pair, []string{"direction", "enabled", "unit", "profiles", "responsible"})
	if err != nil {
		return err
	}
	if _, twice := set[name]; twice {
		return fmt.Errorf("--set %s is given twice: put all of it into one", name)
	}
	switch name {
	case "profiles":
		m := moves{}
		if err := eachMove(name, value, func(sign byte, item string) { m.note(sign, item) }); err != nil {
			return err
		}
		set[name] = m
	case "responsible":
		every, by := moves{}, map[string]any{}
		err := eachMove(name, value, func(sign byte, item string) {
			profile, service, ok := strings.Cut(item, ":")
			if !ok {
				every.note(sign, item)
				return
			}
			if by[profile] == nil {
				by[profile] = moves{}
			}
			by[profile].(moves).note(sign, service)
		})
		if err != nil {
			return err
		}
		for way, list := range every {
			by[way] = list
		}
		set[name] = by
	default:
		if set[name], err = rowfile.Patch(callas.KindAgent, name, value); err != nil {
			return fmt.Errorf("--set %w", err)
		}
	}
	return nil
}

// moves is what a list gains and loses: "add" and "remove".
type moves map[string][]string

func (m moves) note(sign byte, item string) {
	way := "add"
	if sign == '-' {
		way = "remove"
	}
	m[way] = append(m[way], item)
}

// eachMove reads +day;-campaign.
func eachMove(name, value string, do func(sign byte, item string)) error {
	some := false
	for item := range strings.SplitSeq(value, ";") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		if len(item) < 2 || item[0] != '+' && item[0] != '-' {
			return fmt.Errorf("--set %s: %q: want +%s to add it or -%s to remove it", name, item, item, item)
		}
		do(item[0], item[1:])
		some = true
	}
	if !some {
		return fmt.Errorf("--set %s: want what to add and remove, such as +day;-campaign", name)
	}
	return nil
}

// planLines bounds what a plan lists of each thing.
const planLines = 20

// writePlan tells what a bulk edit would do.
func writePlan(w io.Writer, p client.Plan) {
	fmt.Fprintf(w, "%s matched, %d would change, %d are so already\n", count(p.Matched, "agent"), p.Changed, p.Unchanged)
	if p.RefusedTotal > 0 {
		fmt.Fprintf(w, "%d left alone, because you may not change them\n", p.RefusedTotal)
		some(w, p.RefusedTotal, len(p.Refused), func(i int) string {
			return p.Refused[i].ID + ": " + list(p.Refused[i].Reasons)
		})
	}
	if p.LockedTotal > 0 {
		fmt.Fprintf(w, "%d left alone, because an importer owns them\n", p.LockedTotal)
		some(w, p.LockedTotal, len(p.Locked), func(i int) string {
			return fmt.Sprintf("%s: %s by %s", p.Locked[i].ID, strings.Join(p.Locked[i].Fields, ", "), p.Locked[i].Source)
		})
	}
	if p.Allowed+p.Blocked > 0 {
		fmt.Fprintf(w, "may call as a service: %d gained, %d lost\n", p.Allowed, p.Blocked)
		some(w, p.Allowed+p.Blocked, len(p.Pairs), func(i int) string {
			pair := p.Pairs[i]
			if len(pair.Reasons) == 0 {
				return fmt.Sprintf("%s as %s becomes %s", pair.Agent, pair.Service, pair.Becomes)
			}
			return fmt.Sprintf("%s as %s becomes %s: %s", pair.Agent, pair.Service, pair.Becomes, list(pair.Reasons))
		})
	}
	if p.CallingNowTotal > 0 {
		fmt.Fprintf(w, "calling as a service now, and no longer after this: %d\n", p.CallingNowTotal)
		some(w, p.CallingNowTotal, len(p.CallingNow), func(i int) string {
			return fmt.Sprintf("%s (%s) as %s", p.CallingNow[i].Agent, p.CallingNow[i].Name, p.CallingNow[i].Service)
		})
	}
}

// some lists the first of total things of which have are known.
func some(w io.Writer, total, have int, text func(int) string) {
	shown := min(have, planLines)
	for i := range shown {
		fmt.Fprintf(w, "  %s\n", text(i))
	}
	if total > shown {
		fmt.Fprintf(w, "  and %d more\n", total-shown)
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

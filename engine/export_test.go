package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/state"
)

// Shown is a row as policies read it, as plain JSON values.
func Shown(sn *state.Snapshot, now time.Time, age time.Duration, row callas.Row) (any, error) {
	return ast.JSON(newMoment(sn, now, age).show(row, nil, nil))
}

// KeyParts names the values of the input that a remembered decision is found by.
func (e *Engine) KeyParts() []string {
	var out []string
	for _, w := range where {
		if e.parts&w.part != 0 {
			out = append(out, strings.TrimSuffix(w.path[0]+"."+w.path[1], "."))
		}
	}
	return out
}

// Reach names the fields of a kind of row that a decision can read, in order.
func (e *Engine) Reach(kind callas.Kind) []string {
	if e.decision.reach.fields[kind] == nil {
		return []string{"everything"}
	}
	return slices.Sorted(maps.Keys(e.decision.reach.fields[kind]))
}

// Alike reports whether agents can be alike to the menus.
func (e *Engine) Alike() bool { return e.alike.known }

// Same reports whether changes of agents can be the same to the law.
func (e *Engine) Same() bool { return e.same.known }

// AgentSpelling and SessionSpelling are the fields that have one.
func AgentSpelling() map[string]func([]byte, *callas.Agent, time.Time) []byte {
	return plainly(agentFields)
}

func SessionSpelling() map[string]func([]byte, *callas.Session, time.Time) []byte {
	return plainly(sessionFields)
}

func plainly[R any](all map[string]spell[R]) map[string]func([]byte, R, time.Time) []byte {
	out := map[string]func([]byte, R, time.Time) []byte{}
	for name, s := range all {
		out[name] = s
	}
	return out
}

// Strange are fields that an agent's row never has.
func Strange() []string { return slices.Sorted(maps.Keys(strange)) }

// Plain asks everything without OPA's rule index from now on, and reads rows whole.
func (e *Engine) Plain() {
	for _, q := range e.queries() {
		q.plain, q.reach = true, reach{whole: true}
		q.program = nil
		q.parts = ^part(0)
	}
	e.alike, e.same = likeness{}, sameness{}
}

// Interpreted has topdown answer everything from now on.
func (e *Engine) Interpreted() {
	for _, q := range e.queries() {
		q.program = nil
	}
}

// Refused says why questions are left to topdown.
func (e *Engine) Refused() map[string]string {
	out := map[string]string{}
	for _, q := range e.queries() {
		if q.refused != nil {
			out[q.text] = q.refused.Error()
		}
	}
	return out
}

// Looked is what judging a call looks at: rows as kind and id, in order.
func (e *Engine) Looked(ctx context.Context, call callas.Call) []string {
	m := e.at(e.State.Snapshot())
	_, _ = e.judge(ctx, m, &call, time.Minute)
	var out []string
	for _, l := range m.looked {
		out = append(out, string(l.kind)+" "+l.id)
	}
	slices.Sort(out)
	return append(out, fmt.Sprint(len(m.watches), " watches"))
}

package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/state"
)

// A Verdict answers a change.
type Verdict struct {
	Allow   bool            `json:"allow"`
	Reasons []callas.Reason `json:"reasons"`
}

// A Scope is what a principal may read.
type Scope struct {
	Units []string      `json:"units"` // the tops of the subtrees that may be read; nil: everything
	Agent string        `json:"agent"` // whose own menu and session may be read
	Kinds []callas.Kind `json:"kinds"` // the tables that may be read

	// Powers are what the principal's role may do at all with each kind of row; to whose
	// rows, May says.
	Powers map[callas.Kind][]callas.Action `json:"powers"`
}

// May answers whether a principal may make a change. On an error nothing is allowed.
// Reasons are shared with other callers: constants.
func (e *Engine) May(ctx context.Context, sn *state.Snapshot, c callas.Change) (Verdict, error) {
	return e.may(ctx, e.at(sn), c)
}

func (e *Engine) may(ctx context.Context, m *moment, c callas.Change) (Verdict, error) {
	before, after := shownOrNull(m, c.Before), shownOrNull(m, c.After)
	fields := c.Fields
	if len(fields) == 0 {
		fields = differing(before, after)
	}
	var input writing
	input.add("by", principal(c.By))
	input.one("action", string(c.Action))
	input.one("kind", string(c.Kind))
	input.text("id", c.ID)
	input.add("before", before)
	input.add("after", after)
	input.list("fields", fields)
	if c.Undoes != nil {
		input.add("undoes", undoing(c.Undoes))
	}
	answer, err := e.change.ask(ctx, &e.facts, m, input.object(), adminDeadline)
	if err != nil {
		return Verdict{}, err
	}
	var v Verdict
	if err := ast.As(answer, &v); err != nil {
		return Verdict{}, fmt.Errorf("%s: malformed answer: %w", changeQuery, err)
	}
	if v.Allow && len(v.Reasons) > 0 {
		return Verdict{}, fmt.Errorf("%s: allowed although %v", changeQuery, v.Reasons)
	}
	return v, nil
}

// Scope answers what a principal may read. On an error it is nothing.
func (e *Engine) Scope(ctx context.Context, sn *state.Snapshot, p callas.Principal) (Scope, error) {
	none := Scope{Units: []string{}}
	var input writing
	input.add("by", principal(p))
	answer, err := e.scope.ask(ctx, &e.facts, e.at(sn), input.object(), adminDeadline)
	if err != nil {
		return none, err
	}
	var s Scope
	if err := ast.As(answer, &s); err != nil {
		return none, fmt.Errorf("%s: malformed answer: %w", scopeQuery, err)
	}
	return s, nil
}

func principal(p callas.Principal) *ast.Term {
	var w writing
	w.text("name", p.Name)
	w.one("role", string(p.Role))
	w.list("units", p.Units)
	w.some("agent", p.Agent)
	return w.term()
}

func undoing(u *callas.Undoing) *ast.Term {
	var services, w writing
	for id, unit := range u.Services {
		services.text(id, unit)
	}
	w.flag("own", u.Own)
	w.flag("followed", u.Followed)
	w.add("services", services.term())
	return w.term()
}

func shownOrNull(m *moment, row callas.Row) *ast.Term {
	switch row.(type) {
	case nil:
		return ast.InternedNullTerm
	case *callas.AccessToken:
		// A policy may say who handles tokens, but never sees a hash.
		var w writing
		w.text("id", row.Key())
		return w.term()
	}
	return ast.NewTerm(m.show(row, nil, nil))
}

// differing are the names of the fields in which two rows differ, sorted: all that a row
// has where there is but one.
func differing(before, after *ast.Term) []string {
	var out []string
	of, _ := before.Value.(ast.Object)
	and, _ := after.Value.(ast.Object)
	for _, pair := range [][2]ast.Object{{of, and}, {and, of}} {
		if pair[0] == nil {
			continue
		}
		pair[0].Foreach(func(name, value *ast.Term) {
			if pair[1] == nil || !value.Equal(pair[1].Get(name)) {
				out = append(out, string(name.Value.(ast.String)))
			}
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

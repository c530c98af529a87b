package engine

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/dependencies"

	"callas"
	"callas/decisionlog"
)

// maskQuery is how the record writes whom a call was for. A policy may do without it.
const maskQuery = "data.callas.mask.callee"

// A masking answers how the record writes callees. It is asked when a decision is made
// and remembered with it; where nothing of a call matters, as in the policy that is
// shipped, it is asked once for all calls.
type masking struct {
	query
	always  *decisionlog.Mask // the answer to every call; nil: it must be asked
	failing atomic.Uint64
}

// prepareMask prepares the question, or takes the setting for its answer where the
// policy has none.
func (e *Engine) prepareMask(w workers) (err error) {
	m, c := &e.masking, e.Bundle.Compiler
	if len(c.GetRules(ast.MustParseRef(maskQuery))) == 0 {
		m.always = &e.Callee
		return nil
	}
	if m.query, err = prepare(c, w, maskQuery); err != nil {
		return err
	}
	if same, err := m.sameForAll(); err != nil || !same {
		return err
	}
	always, err := e.askMask(context.Background(), e.at(e.State.Snapshot()), &callas.Call{}, &callas.Decision{}, adminDeadline)
	m.always = &always
	return err
}

// sameForAll reports whether nothing that differs between calls, or changes while the
// engine lives, can reach the answer: of the input only the setting, of data no facts.
func (m *masking) sameForAll() (bool, error) {
	refs, err := dependencies.Base(m.compiler, m.body)
	if err != nil {
		return false, err
	}
	setting, facts := ast.MustParseRef("input.setting"), ast.MustParseRef("data."+factsRoot)
	for _, ref := range refs {
		switch {
		case ref.HasPrefix(setting):
		case ref.HasPrefix(ast.InputRootRef), facts.HasPrefix(ref.GroundPrefix()), ref.HasPrefix(facts):
			return false, nil
		}
	}
	return m.repeatable(), nil
}

// repeatable reports whether the same call always has the same answer.
func (m *masking) repeatable() bool { return m.body == nil || m.query.repeats }

// mask answers how the record writes the callee of a decision, within what is left of
// the call's time, and adds what it read to the ground of the decision. What cannot be
// answered is dropped; it is then not sure, and must not be remembered.
func (e *Engine) mask(ctx context.Context, m *moment, call *callas.Call, d *callas.Decision, undecided error) (mask decisionlog.Mask, sure bool) {
	switch {
	case e.masking.always != nil:
		return *e.masking.always, undecided == nil
	case call.Target.Class == callas.Emergency || e.Record == nil:
		return decisionlog.Drop, undecided == nil // it is clear anyway, or never written
	case undecided != nil:
		return decisionlog.Drop, false
	}
	// A moment of its own: a policy that is too late goes on reading through it.
	own := newMoment(m.Snapshot, m.now, m.age)
	mask, err := e.askMask(ctx, own, call, d, e.Deadline-e.Now().Sub(m.now))
	if err != nil {
		e.masking.failing.Add(1)
		e.Log.Error("could not tell how to mask the callee: the record leaves it out",
			"decision", d.ID, "agent", call.Agent, "class", call.Target.Class, "err", err)
		return decisionlog.Drop, false
	}
	m.stand(&own.ground)
	return mask, true
}

func (e *Engine) askMask(ctx context.Context, m *moment, call *callas.Call, d *callas.Decision, limit time.Duration) (decisionlog.Mask, error) {
	service := ast.InternedNullTerm
	if d.Service != "" {
		service = ast.StringTerm(d.Service)
	}
	reasons := make([]*ast.Term, len(d.Reasons))
	for i, r := range d.Reasons {
		reasons[i] = ast.StringTerm(string(r))
	}
	input := ast.NewObject(
		[2]*ast.Term{ast.StringTerm("as"), ast.StringTerm(string(d.As))},
		[2]*ast.Term{ast.StringTerm("service"), service},
		[2]*ast.Term{ast.StringTerm("reasons"), ast.ArrayTerm(reasons...)},
		[2]*ast.Term{ast.StringTerm("setting"), ast.StringTerm(e.Callee.String())})
	if asked, ok := e.input(e.masking.parts, m, call, m.agentNamed(call.Agent)).(ast.Object); ok {
		asked.Foreach(input.Insert)
	}
	answer, err := e.masking.ask(ctx, &e.facts, m, input, limit)
	if err != nil {
		return decisionlog.Drop, err
	}
	word, ok := answer.(ast.String)
	if !ok {
		return decisionlog.Drop, fmt.Errorf("%s: %v, want a string", maskQuery, answer)
	}
	mask, err := decisionlog.ParseMask(string(word))
	if err != nil {
		return decisionlog.Drop, fmt.Errorf("%s: %w", maskQuery, err)
	}
	return mask, nil
}

// MaskFailures counts the decisions whose callee was left out of the record because the
// policy did not say how to write it.
func (e *Engine) MaskFailures() uint64 { return e.masking.failing.Load() }

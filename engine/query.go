package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/topdown"

	"callas/engine/compiled"
)

// ErrTimeout says that a policy did not answer within its deadline.
var ErrTimeout = errors.New("the policy did not answer in time")

// A query is one prepared question, with what is known of it beforehand.
type query struct {
	text     string
	body     ast.Body
	answer   ast.Var
	compiler *ast.Compiler
	workers  workers

	parts    part  // of a call that it can depend on
	reach    reach // what it can read of rows
	repeats  bool  // the same input and facts always give the same answer
	yielding bool  // it never does much between two looks at the time
	plain    bool  // without OPA's rule index, to see that it changes no answer

	program *compiled.Program // the question without an interpreter; nil: topdown answers it
	refused error             // why there is none
}

// prepare compiles "answer = <ref>" once, so that asking costs evaluation alone.
func prepare(c *ast.Compiler, w workers, text string) (query, error) {
	parsed, err := ast.ParseBody("answer = " + text)
	if err != nil {
		return query{}, fmt.Errorf("%s: %w", text, err)
	}
	ref, err := ast.ParseRef(text)
	if err != nil {
		return query{}, fmt.Errorf("%s: %w", text, err)
	}
	if len(c.GetRules(ref)) == 0 {
		return query{}, fmt.Errorf("%s is not defined: the policy must answer it", text)
	}
	qc := c.QueryCompiler()
	body, err := qc.Compile(parsed)
	if err != nil {
		return query{}, fmt.Errorf("%s: %w", text, err)
	}
	parts, err := partsOf(c, body)
	if err != nil {
		return query{}, fmt.Errorf("%s: %w", text, err)
	}
	q := query{text: text, body: body, answer: "answer", compiler: c, workers: w,
		parts: parts, reach: reachOf(c, body), repeats: deterministic(c, body), yielding: yields(c, body)}
	q.program, q.refused = compiled.Compile(c, ast.NewTerm(ref))
	for rewritten, original := range qc.RewrittenVars() {
		if original == "answer" {
			q.answer = rewritten
		}
	}
	return q, nil
}

// ask asks the question and waits at most limit. A policy that yields is asked on the
// caller's own goroutine and stops by itself. Any other may be stuck inside a builtin
// that cannot be interrupted: it is then left behind in a goroutine and ends by itself.
func (q *query) ask(ctx context.Context, s *store, m *moment, input ast.Value, limit time.Duration) (answer ast.Value, err error) {
	d := &deadline{ctx: ctx, start: time.Now(), limit: limit}
	if q.yielding {
		answer, err = q.run(ctx, s, m, input, d)
	} else {
		answer, err = q.askBeside(ctx, s, m, input, d)
	}
	switch {
	case d.over(): // an answer that there is comes too late
		return nil, fmt.Errorf("%s: %w (%v)", q.text, ErrTimeout, limit)
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("%s: %w: %w", q.text, ErrTimeout, ctx.Err())
	}
	return answer, err
}

// askBeside asks on another goroutine, and does not wait for it longer than the deadline.
func (q *query) askBeside(ctx context.Context, s *store, m *moment, input ast.Value, d *deadline) (ast.Value, error) {
	type result struct {
		value ast.Value
		err   error
	}
	done := make(chan result, 1)
	q.workers.start(func() {
		value, err := q.run(ctx, s, m, input, d)
		done <- result{value, err}
	})
	timer := time.NewTimer(d.limit)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.value, r.err
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil, ErrTimeout
}

func (q *query) run(ctx context.Context, s *store, m *moment, input ast.Value, d *deadline) (answer ast.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, fmt.Errorf("%s: panic: %v", q.text, p)
		}
	}()
	r := &reading{moment: m, store: s, reach: q.reach, cancel: d,
		rows: make([]shown, 0, usual/2), fields: make([]shownField, 0, usual/2)}
	if q.program != nil {
		answer, err = q.runCompiled(ctx, r, input)
	} else {
		answer, err = q.interpret(ctx, r, input)
	}
	if err == nil && d.gone { // of what was not read to its end
		err = ErrTimeout
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.text, err)
	}
	if answer == nil {
		return nil, fmt.Errorf("%s is undefined for this input: the policy must always answer", q.text)
	}
	return answer, nil
}

func (q *query) runCompiled(ctx context.Context, r *reading, input ast.Value) (ast.Value, error) {
	t, err := q.program.Run(ctx, compiled.Question{Facts: r, Input: ast.NewTerm(input), Now: r.now, Cancel: r.cancel})
	if t == nil {
		return nil, err
	}
	return t.Value, err
}

// interpret has OPA's topdown answer.
func (q *query) interpret(ctx context.Context, r *reading, input ast.Value) (answer ast.Value, err error) {
	err = topdown.NewQuery(q.body).
		WithCompiler(q.compiler).
		WithStore(r.store).
		WithTransaction(r).
		WithBaseCache(r).
		WithInput(ast.NewTerm(input)).
		WithCancel(r.cancel).
		WithTime(r.now).
		WithMetrics(metrics.NoOp()).
		WithIndexing(!q.plain).
		Iter(ctx, func(r topdown.QueryResult) error {
			answer = r[q.answer].Value
			return nil
		})
	return answer, err
}

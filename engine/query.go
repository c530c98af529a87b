package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// ErrTimeout says that a policy did not answer within its deadline.
var ErrTimeout = errors.New("the policy did not answer in time")

// A query is one prepared question.
type query struct {
	text     string
	body     ast.Body
	answer   ast.Var
	compiler *ast.Compiler
	workers  workers
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
	q := query{text: text, body: body, answer: "answer", compiler: c, workers: w}
	for rewritten, original := range qc.RewrittenVars() {
		if original == "answer" {
			q.answer = rewritten
		}
	}
	return q, nil
}

// ask asks the question and waits at most limit. A policy stuck inside a builtin
// cannot be interrupted, so it is left behind in its goroutine and ends by itself.
func (q query) ask(ctx context.Context, s *store, m *moment, input ast.Value, limit time.Duration) (ast.Value, error) {
	type result struct {
		value ast.Value
		err   error
	}
	start := time.Now()
	cancel := topdown.NewCancel()
	done := make(chan result, 1)
	q.workers.start(func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: fmt.Errorf("%s: panic: %v", q.text, p)}
			}
			done <- r
		}()
		r.value, r.err = q.run(ctx, s, m, input, cancel)
	})
	timer := time.NewTimer(limit)
	defer timer.Stop()
	late := func() error { return fmt.Errorf("%s: %w (%v)", q.text, ErrTimeout, limit) }
	select {
	case r := <-done:
		if time.Since(start) > limit {
			return nil, late() // both are ready: the deadline decides, not chance
		}
		return r.value, r.err
	case <-timer.C:
		cancel.Cancel()
		return nil, late()
	case <-ctx.Done():
		cancel.Cancel()
		return nil, fmt.Errorf("%s: %w: %w", q.text, ErrTimeout, ctx.Err())
	}
}

func (q query) run(ctx context.Context, s *store, m *moment, input ast.Value, cancel topdown.Cancel) (answer ast.Value, err error) {
	err = topdown.NewQuery(q.body).
		WithCompiler(q.compiler).
		WithStore(s).
		WithTransaction(m).
		WithInput(ast.NewTerm(input)).
		WithCancel(cancel).
		WithTime(m.now).
		Iter(ctx, func(r topdown.QueryResult) error {
			answer = r[q.answer].Value
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.text, err)
	}
	if answer == nil {
		return nil, fmt.Errorf("%s is undefined for this input: the policy must always answer", q.text)
	}
	return answer, nil
}

package compiled_test

import (
	"context"
	"errors"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/stretchr/testify/require"

	"callas/engine/compiled"
)

// A question is a query with the law and the facts it is about.
type question struct {
	compiler *ast.Compiler
	body     ast.Body
	facts    map[string]any
	input    *ast.Term

	functions bool // some may be in conflict, and topdown not see it where they are asked with a value
}

// same asks topdown, with its rule index and without, and a program for the set of all
// solutions of a query: they come to the same, be it an error. It returns why the program
// refuses, if it does.
func same(t require.TestingT, q question) string {
	body, err := q.compiler.QueryCompiler().Compile(q.body)
	require.NoError(t, err)
	solution := solutionOf(body)
	program, err := compiled.Compile(q.compiler, ast.SetComprehensionTerm(solution, body))
	if err != nil {
		var r *compiled.Refused
		require.ErrorAs(t, err, &r)
		return r.Reason
	}
	ctx, now := context.Background(), time.Now()
	store := inmem.New()
	if q.facts != nil {
		store = inmem.NewFromObject(q.facts)
	}
	txn, err := store.NewTransaction(ctx)
	require.NoError(t, err)
	defer store.Abort(ctx, txn)
	got, err := program.Run(ctx, compiled.Question{Facts: stored{t, store, txn}, Input: q.input, Now: now})
	var want []string
	for _, indexing := range []bool{true, false} {
		all := ast.NewSet()
		err := topdown.NewQuery(body).WithCompiler(q.compiler).WithStore(store).WithTransaction(txn).
			WithInput(q.input).WithTime(now).WithIndexing(indexing).
			Iter(ctx, func(r topdown.QueryResult) error {
				all.Add(plugged(solution, r))
				return nil
			})
		want = append(want, outcome(ast.NewTerm(all), err))
	}
	// With its index topdown does not come to see a conflict in a rule that need not be asked.
	// A program may see it; it never answers where topdown has an error.
	if outcome(got, err) != want[0] {
		require.Error(t, err, "%s; topdown: %s", outcome(got, err), want)
		if q.functions && outcome(got, err) == topdown.ConflictErr {
			return ""
		}
		require.Equal(t, want[1], outcome(got, err))
	}
	return ""
}

// outcome is an answer, or the code of an error.
func outcome(answer *ast.Term, err error) string {
	var e *topdown.Error
	switch {
	case errors.As(err, &e):
		return e.Code
	case err != nil:
		return "another error"
	}
	return answer.String()
}

// solutionOf is an object of all variables that a query binds.
func solutionOf(body ast.Body) *ast.Term {
	out := ast.NewObject()
	for v := range body.Vars(ast.VarVisitorParams{SkipRefCallHead: true, SkipClosures: true}).Diff(ast.ReservedVars) {
		if !v.IsWildcard() {
			out.Insert(ast.StringTerm(string(v)), ast.NewTerm(v))
		}
	}
	return ast.NewTerm(out)
}

func plugged(solution *ast.Term, r topdown.QueryResult) *ast.Term {
	out := ast.NewObject()
	solution.Value.(ast.Object).Foreach(func(name, v *ast.Term) { out.Insert(name, r[v.Value.(ast.Var)]) })
	return ast.NewTerm(out)
}

// A stored is facts in OPA's own store.
type stored struct {
	require.TestingT
	store storage.Store
	txn   storage.Transaction
}

func (s stored) Find(path ast.Ref) *ast.Term {
	p, err := storage.NewPathForRef(append(ast.Ref{ast.DefaultRootDocument}, path...))
	if err != nil {
		return nil
	}
	found, err := s.store.Read(context.Background(), s.txn, p)
	if storage.IsNotFound(err) {
		return nil
	}
	require.NoError(s, err)
	if v, ok := found.(ast.Value); ok {
		return ast.NewTerm(v)
	}
	return ast.NewTerm(ast.MustInterfaceToValue(found))
}

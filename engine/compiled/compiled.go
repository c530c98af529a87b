// Package compiled turns one question to a policy into closures, once, so that asking it
// runs no interpreter: variables are places in a frame, what is known at load is worked out
// at load, and a rule's value is worked out once a run.
//
// It starts from the rules as OPA's compiler leaves them (safe, in an order in which each
// expression finds its variables bound) and means by them what OPA's topdown means, errors
// included. What it cannot do exactly so it refuses, as a whole and at load: then topdown
// answers. It must never answer in another way than topdown would.
package compiled

import (
	"context"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Facts are the documents below data that no rule makes.
type Facts interface {
	// Find returns what stands at a path below data, nil where there is nothing. The path
	// is good only for the call.
	Find(path ast.Ref) *ast.Term
}

// A Program is one question, ready to be asked. It is safe for concurrent use.
type Program struct {
	start      step
	size       int // of the first frame
	values     int // how many rules there are that have one value a run
	recalls    int // how many that have one for each set of arguments
	indexes    int // how many comprehensions are made for all at once
	capability *ast.Capabilities
	machines   *machines
}

// A Question is what is asked about.
type Question struct {
	Facts  Facts
	Input  *ast.Term      // nil: there is none
	Now    time.Time      // what builtins take for the time
	Cancel topdown.Cancel // asked at every call and turn of a loop
}

// A Refused says why a question is left to topdown.
type Refused struct {
	Reason string // a few words that stay the same
	Where  string // the expression or rule
}

func (r *Refused) Error() string { return r.Reason + ": " + r.Where }

// Compile makes a program of a term, such as a reference to a rule.
func Compile(c *ast.Compiler, t *ast.Term) (p *Program, err error) {
	b := &builder{rego: c, sets: map[*ast.TreeNode]*ruleset{}}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Refused: // thrown from deep inside: to refuse a part is to refuse the whole
			p, err = nil, r
		default:
			p, err = nil, &Refused{Reason: "a fault of this compiler", Where: fmt.Sprint(r)}
		}
	}()
	s := b.scope()
	answer := s.slot()
	start := s.value(t, func(o operand) step {
		return func(_ *machine, f frame) error {
			f[answer] = o.in(f)
			return nil
		}
	})
	b.finish()
	return &Program{start: start, size: *s.size, values: b.values, recalls: b.recalls, indexes: b.indexes,
		capability: c.Capabilities(), machines: new(machines)}, nil
}

// Run asks the question; a nil answer is an undefined one.
func (p *Program) Run(ctx context.Context, q Question) (*ast.Term, error) {
	m := p.machines.take(p, ctx, q)
	defer p.machines.give(m)
	f := m.push(p.size)
	err := p.start(m, f)
	if err != nil {
		return nil, err
	}
	return f[0], nil
}

func refuse(reason string, where any) {
	panic(&Refused{Reason: reason, Where: fmt.Sprint(where)})
}

package compiled

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strconv"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/topdown/builtins"
)

// A step does its part and goes on to the next, as often as it finds a solution. It ends
// with an error or when there are no more.
type step func(*machine, frame) error

// A frame holds the variables of one rule that is at work.
type frame []*ast.Term

// A machine is one run.
type machine struct {
	Question
	ctx        context.Context
	capability *ast.Capabilities
	builtin    *topdown.BuiltinContext // made when the first builtin wants it

	frames  []*ast.Term // one above the other
	top     int
	parts   []*ast.Term // of arrays, sets and objects that are being put together
	objects []ast.Object
	path    ast.Ref // the last one that facts were looked for at

	outputs []*ast.Term
	output  func(*ast.Term) error // adds to outputs

	*memo // of the input as it is now
	memos []*memo
	depth int // of what stands instead of the input
}

// machines are those that no run uses.
type machines struct{ sync.Pool }

func (ms *machines) take(p *Program, ctx context.Context, q Question) *machine {
	m, ok := ms.Get().(*machine)
	if !ok {
		m = &machine{memo: newMemo(p.values, p.recalls, p.indexes), capability: p.capability}
		m.memos = []*memo{m.memo}
		m.output = func(t *ast.Term) error {
			m.outputs = append(m.outputs, t)
			return nil
		}
	}
	m.ctx, m.Question = ctx, q
	return m
}

// give hands one to the next run, with its space but nothing in it.
func (ms *machines) give(m *machine) {
	m.frames, m.parts, m.objects = emptied(m.frames), emptied(m.parts), emptied(m.objects)
	m.outputs, m.path = emptied(m.outputs), emptied(m.path)
	for _, memo := range m.memos {
		memo.forget()
	}
	m.memo, m.depth = m.memos[0], 0
	m.top = 0
	m.ctx, m.Question, m.builtin = nil, Question{}, nil
	ms.Put(m)
}

// muchSpace is more than is kept for the next run, which would have to empty it.
const muchSpace = 1024

func emptied[T any](s []T) []T {
	if cap(s) > muchSpace {
		return nil
	}
	s = s[:cap(s)]
	clear(s)
	return s[:0]
}

// push opens a frame. One that is open stays where it is when there have to be more.
func (m *machine) push(size int) frame {
	if m.top+size > cap(m.frames) {
		m.frames = make([]*ast.Term, 0, 2*(m.top+size)+fewSlots)
	}
	f := m.frames[m.top : m.top+size : m.top+size]
	m.top += size
	return f
}

func (m *machine) pop(f frame) { m.top -= len(f) }

// waits returns an error where nobody waits for the answer any more.
func (m *machine) waits() error {
	if m.Cancel != nil && m.Cancel.Cancelled() {
		return &topdown.Error{Code: topdown.CancelErr, Message: "caller cancelled query execution"}
	}
	return nil
}

// aside is what a builtin may know beside its operands.
func (m *machine) aside() *topdown.BuiltinContext {
	if m.builtin == nil {
		m.builtin = &topdown.BuiltinContext{
			Context: m.ctx, Metrics: metrics.NoOp(), Seed: rand.Reader, Cancel: m.Cancel,
			Time:         ast.NumberTerm(json.Number(strconv.FormatInt(m.Now.UnixNano(), 10))),
			Cache:        builtins.Cache{},
			Capabilities: m.capability, RequestMetadata: map[string]any{},
		}
	}
	return m.builtin
}

package compiled

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// ref follows a reference and goes on with each value it has.
func (s *scope) ref(ref ast.Ref, next func(operand) step) step {
	head, ok := ref[0].Value.(ast.Var)
	switch {
	case !ok:
		refuse("a reference into what is not named", ref)
	case ref[0].Equal(ast.DefaultRootDocument):
		return s.data(ref, next)
	case ref[0].Equal(ast.InputRootDocument):
		at := s.slot()
		then := s.walk(operand{slot: at}, ref[1:], next)
		return func(m *machine, f frame) error {
			if f[at] = m.Input; f[at] == nil {
				return nil
			}
			return then(m, f)
		}
	}
	o, ok := s.known[head]
	if !ok {
		refuse("a reference into a variable that is not bound", ref)
	}
	return s.walk(o, ref[1:], next)
}

// walk follows the rest of a reference through a value.
func (s *scope) walk(from operand, rest []*ast.Term, next func(operand) step) step {
	known := 0
	for known < len(rest) && !s.open(rest[known]) {
		known++
	}
	if known == 0 {
		if len(rest) == 0 {
			return next(from)
		}
		return s.scan(from, rest[0], func(o operand) step { return s.walk(o, rest[1:], next) })
	}
	return s.all(rest[:known], func(keys []operand) step {
		at := s.slot()
		then := s.walk(operand{slot: at}, rest[known:], next)
		return func(m *machine, f frame) error {
			t := from.in(f)
			for _, key := range keys {
				if t = t.Get(key.in(f)); t == nil {
					return nil
				}
			}
			f[at] = t
			return then(m, f)
		}
	})
}

// scan goes on with each element of a collection whose key is as a term says.
func (s *scope) scan(from operand, key *ast.Term, next func(operand) step) step {
	v, free := s.free(key)
	l := loop{from: from, key: s.slot(), value: s.slot(), keyless: free && v.IsWildcard()} // nothing else speaks of it
	l.then = s.match(operand{slot: l.key}, key, func() step { return next(operand{slot: l.value}) })
	return l.run
}

// A loop goes on with each key and element of a collection.
type loop struct {
	from       operand
	key, value int
	keyless    bool // the key of an array's element may be left out
	then       step
}

func (l *loop) run(m *machine, f frame) error {
	switch v := l.from.in(f).Value.(type) {
	case *ast.Array:
		for i := range v.Len() {
			if f[l.value] = v.Elem(i); !l.keyless {
				f[l.key] = ast.InternedTerm(i)
			}
			if err := l.turn(m, f); err != nil {
				return err
			}
		}
	case ast.Set:
		for _, t := range v.Slice() {
			f[l.key], f[l.value] = t, t
			if err := l.turn(m, f); err != nil {
				return err
			}
		}
	case ast.Object:
		keys := v.KeysIterator()
		for k, more := keys.Next(); more; k, more = keys.Next() {
			f[l.key], f[l.value] = k, v.Get(k)
			if err := l.turn(m, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *loop) turn(m *machine, f frame) error {
	if err := m.waits(); err != nil {
		return err
	}
	return l.then(m, f)
}

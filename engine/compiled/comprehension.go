package compiled

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// A collection is a comprehension, of any kind.
type collection struct {
	body  ast.Body
	terms []*ast.Term // what each solution gives
	of    func(parts []*ast.Term) (*ast.Term, error)
}

// collect goes on with what the solutions of a comprehension's body give.
func (s *scope) collect(t *ast.Term, c collection, next func(operand) step) step {
	if index := s.rego.ComprehensionIndex(t); index != nil {
		return s.collectAll(index.Keys, c, next)
	}
	at, made := s.slot(), s.made(c)
	then := next(operand{slot: at})
	return func(m *machine, f frame) (err error) {
		if f[at], err = made(m, f); err != nil {
			return err
		}
		return then(m, f)
	}
}

// made makes a collection where it stands.
func (s *scope) made(c collection) func(*machine, frame) (*ast.Term, error) {
	body := s.inner().parts(c.body, c.terms)
	return func(m *machine, f frame) (*ast.Term, error) {
		from := len(m.parts)
		if err := body(m, f); err != nil {
			return nil, err
		}
		t, err := c.of(m.parts[from:])
		m.parts = m.parts[:from]
		return t, err
	}
}

// parts lays down some terms for every solution of a body.
func (s *scope) parts(b ast.Body, terms []*ast.Term) step {
	return s.body(b, func() step {
		return s.all(terms, func(known []operand) step {
			return func(m *machine, f frame) error {
				for _, o := range known {
					m.parts = append(m.parts, o.in(f))
				}
				return nil
			}
		})
	})
}

// An index holds what a comprehension is for each choice of the variables that it has in
// common with what is around it.
type index struct {
	made bool
	recall
}

// collectAll makes a comprehension for every choice of its keys at once, where OPA's
// compiler has found that to be possible: in a loop it is not made anew each time.
func (s *scope) collectAll(keys []*ast.Term, c collection, next func(operand) step) step {
	place := s.indexes
	s.indexes++
	all, of := s.apart(keys, c), c.of
	if len(c.terms) == 2 {
		of = lastOf // OPA sees no conflicts here
	}
	at, made := s.slot(), s.made(c)
	return s.all(keys, func(known []operand) step {
		then := next(operand{slot: at})
		return func(m *machine, f frame) error {
			x := &m.indexes[place]
			if !x.made {
				if err := x.make(m, f, all, len(keys), len(keys)+len(c.terms), of); err != nil {
					return err
				}
			}
			from := len(m.parts)
			for _, o := range known {
				m.parts = append(m.parts, o.in(f))
			}
			i := x.find(hashOf(m.parts[from:]), m.parts[from:])
			m.parts = m.parts[:from]
			if i >= 0 {
				f[at] = x.came[i].value
				return then(m, f)
			}
			var err error
			if f[at], err = made(m, f); err != nil {
				return err
			}
			return then(m, f)
		}
	})
}

// apart makes a comprehension's body where nothing around it is bound, so that its keys are
// found with its solutions.
func (s *scope) apart(keys []*ast.Term, c collection) step {
	defer func() {
		if r := recover(); r != nil {
			refuse("a comprehension that does not stand by itself", r)
		}
	}()
	free := &scope{s.builder, map[ast.Var]operand{}, s.size}
	return free.parts(c.body, slices.Concat(keys, c.terms))
}

func (x *index) make(m *machine, f frame, all step, keys, width int, of func([]*ast.Term) (*ast.Term, error)) error {
	from := len(m.parts)
	if err := all(m, f); err != nil {
		return err
	}
	var groups [][]*ast.Term
	for row := range slices.Chunk(m.parts[from:], width) {
		hash := hashOf(row[:keys])
		i := x.find(hash, row[:keys])
		if i < 0 {
			i = len(groups)
			x.keep(hash, row[:keys], nil)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], row[keys:]...)
	}
	m.parts = m.parts[:from]
	for i, parts := range groups {
		t, err := of(parts)
		if err != nil {
			return err
		}
		x.came[i].value = t
	}
	x.made = true
	return nil
}

func arrayOf(parts []*ast.Term) (*ast.Term, error) {
	if len(parts) == 0 {
		return ast.InternedEmptyArray, nil
	}
	return ast.ArrayTerm(slices.Clone(parts)...), nil
}

func setOf(parts []*ast.Term) (*ast.Term, error) {
	if len(parts) == 0 {
		return ast.InternedEmptySet, nil
	}
	return ast.SetTerm(parts...), nil
}

func objectOf(at *ast.Location) func([]*ast.Term) (*ast.Term, error) {
	conflict := keysConflict(at)
	return func(parts []*ast.Term) (*ast.Term, error) {
		if len(parts) == 0 {
			return ast.InternedEmptyObject, nil
		}
		out := ast.NewObjectWithCapacity(len(parts) / 2)
		for pair := range slices.Chunk(parts, 2) {
			if there := out.Get(pair[0]); there != nil && !there.Equal(pair[1]) {
				return nil, conflict
			}
			out.Insert(pair[0], pair[1]) // again, too: topdown does, and the object's hash is then another
		}
		return ast.NewTerm(out), nil
	}
}

// lastOf is an object of whose keys the last value stands.
func lastOf(parts []*ast.Term) (*ast.Term, error) {
	out := ast.NewObjectWithCapacity(len(parts) / 2)
	for pair := range slices.Chunk(parts, 2) {
		out.Insert(pair[0], pair[1])
	}
	return ast.NewTerm(out), nil
}

func keysConflict(at *ast.Location) error {
	return &topdown.Error{Code: topdown.ConflictErr, Location: at, Message: "object keys must be unique"}
}

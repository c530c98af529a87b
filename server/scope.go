package server

import (
	"slices"
	"sync"

	"callas"
	"callas/settings"
	"callas/state"
)

// A sight is what the asker may see of one snapshot.
type sight struct {
	sn    *state.Snapshot
	all   bool            // every unit
	below map[string]bool // the asker's units and those below
	above map[string]bool // the units above those
	agent string          // whose own rows are seen
	kinds []callas.Kind
}

// see asks policy what may be read, and spells it out over a snapshot.
func (s *Server) see(r *request, sn *state.Snapshot) (*sight, error) {
	scope, err := s.Engine.Scope(r.ctx, sn, r.by)
	if err != nil {
		return nil, err
	}
	v := &sight{sn: sn, all: scope.Units == nil, agent: scope.Agent, kinds: scope.Kinds,
		below: map[string]bool{}, above: map[string]bool{}}
	for _, top := range scope.Units {
		for _, id := range sn.Below(top) {
			v.below[id] = true
		}
		v.climb(top)
	}
	return v, nil
}

// seeing is see for who comes for rows of a kind, and refuses who may read none of them.
func (s *Server) seeing(r *request, sn *state.Snapshot, k callas.Kind) (*sight, error) {
	v, err := s.see(r, sn)
	if err != nil {
		return nil, err
	}
	return v, v.demand(r, k)
}

// climb notes the units above one; it ends even where the tree is none.
func (v *sight) climb(id string) {
	for u := v.sn.Unit(id); u != nil && u.Parent != "" && !v.above[u.Parent]; u = v.sn.Unit(u.Parent) {
		v.above[u.Parent] = true
	}
}

// reads reports whether rows of a kind may be read at all.
func (v *sight) reads(k callas.Kind) bool { return slices.Contains(v.kinds, k) }

// visible is what may be read, for settings: nil, which takes no time, where that is
// everything.
func (v *sight) visible() settings.Sight {
	if v.all && !slices.ContainsFunc(callas.Kinds, func(k callas.Kind) bool { return !v.reads(k) }) {
		return nil
	}
	return v.covers
}

// eyes are the asker's, for what is told of a snapshot: policy is asked what they see once
// there is something to tell. In doubt they see nothing.
func (s *Server) eyes(r *request, sn *state.Snapshot) settings.Sight {
	see := sync.OnceValue(func() settings.Sight {
		v, err := s.see(r, sn)
		if err != nil {
			return settings.Blind
		}
		return v.visible()
	})
	return func(row callas.Row) bool { return see().Covers(row) }
}

// covers reports whether a row may be read: it lies in the asker's units or below,
// or is the asker's own. Of what lies above, units and services are seen too, since
// the agents below may be made responsible for those services; profiles without a
// unit are everybody's.
func (v *sight) covers(row callas.Row) bool {
	if row == nil || !v.reads(row.Kind()) {
		return false
	}
	if v.all {
		return true
	}
	switch row := row.(type) {
	case *callas.Unit:
		return v.below[row.ID] || v.above[row.ID]
	case *callas.Service:
		return v.below[row.Unit] || v.above[row.Unit]
	case *callas.Profile:
		return row.Unit == "" || v.below[row.Unit]
	case *callas.Agent:
		return row.ID == v.agent || v.below[row.Unit]
	case *callas.Session:
		a := v.sn.Agent(row.Agent)
		return row.Agent == v.agent || a != nil && v.below[a.Unit]
	}
	return false
}

// demand refuses a kind that may not be read at all.
func (v *sight) demand(r *request, k callas.Kind) error {
	if v.reads(k) {
		return nil
	}
	return refuse(forbidden, "a token of the role %s may not read %ss", r.by.Role, k)
}

// find returns a row that may be read. A row that is not there and one that may not
// be seen are answered alike.
func (v *sight) find(r *request, k callas.Kind, id string) (callas.Row, error) {
	if err := v.demand(r, k); err != nil {
		return nil, err
	}
	row := v.sn.Row(k, id)
	if !v.covers(row) {
		return nil, refuse(notFound, "there is no %s %q, or none that you may see", k, id)
	}
	return row, nil
}

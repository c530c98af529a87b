package server

import (
	"callas"
)

// A self is who is asking, and what a page must know of them.
type self struct {
	callas.Principal
	UnitNames map[string]string               `json:"unit_names,omitempty"` // of Units that there are
	AgentName string                          `json:"agent_name,omitempty"`
	Reads     []callas.Kind                   `json:"reads"` // kinds of row
	May       map[callas.Kind][]callas.Action `json:"may"`   // what the role may do at all, by kind
}

// me answers who is asking, and what they may do.
func (s *Server) me(r *request) (answer, error) {
	sn := r.read(s.State.Snapshot())
	scope, err := s.Engine.Scope(r.ctx, sn, r.by)
	if err != nil {
		return answer{}, err
	}
	me := self{Principal: r.by, Reads: scope.Kinds, May: scope.Powers}
	if me.Reads == nil {
		me.Reads = []callas.Kind{}
	}
	if me.May == nil {
		me.May = map[callas.Kind][]callas.Action{}
	}
	for _, id := range r.by.Units {
		if u := sn.Unit(id); u != nil {
			if me.UnitNames == nil {
				me.UnitNames = map[string]string{}
			}
			me.UnitNames[id] = u.Name
		}
	}
	if a := sn.Agent(r.by.Agent); a != nil {
		me.AgentName = a.Name
	}
	return answer{json: me}, nil
}

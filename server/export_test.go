package server

import (
	"context"
	"time"

	"callas"
	"callas/giveway"
)

// SweepOnce is one round of Sweep.
var SweepOnce = (*Server).sweep

// Hasten sets how often streams beat, how often their tokens are looked at again, and how
// long a reader may keep its stream waiting.
func Hasten(s *Server, beat, check, write time.Duration) {
	s.rhythm.beat, s.rhythm.check, s.rhythm.write = beat, check, write
}

// Impatient has nobody wait longer for a desk.
func Impatient(s *Server, patience time.Duration) {
	s.back.patience, s.ahead.patience = patience, patience
}

// KeepDesks keeps both desks until they are left.
func KeepDesks(s *Server) (leave func()) {
	s.back.seat <- struct{}{}
	s.ahead.seat <- struct{}{}
	return func() { <-s.back.seat; <-s.ahead.seat }
}

// ProveOnce is one round of Prove.
var ProveOnce = (*Server).prove

// Menus is what the watcher of menus knows, without its clock.
type Menus struct {
	m       *menus
	streams []*stream
}

func NewMenus(s *Server, agents ...string) *Menus {
	m := &Menus{m: &menus{Server: s, told: map[string]*menuTold{}}}
	m.Come(agents...)
	return m
}

// Come opens streams of agents.
func (m *Menus) Come(agents ...string) {
	for _, agent := range agents {
		st := newStream(callas.Principal{Name: agent})
		st.agent = agent
		m.streams = append(m.streams, st)
	}
}

// Look tells everybody, or those who cannot wait.
func (m *Menus) Look(ctx context.Context, all bool) { m.m.look(ctx, m.streams, all) }

// Order is whose menus would be looked at, in order.
func (m *Menus) Order(ctx context.Context, all bool) (agents []string) {
	listening := map[string][]*stream{}
	for _, st := range m.streams {
		listening[st.agent] = append(listening[st.agent], st)
	}
	for _, l := range m.m.inOrder(ctx, m.m.State.Snapshot(), listening, all, new(giveway.Worker)) {
		agents = append(agents, l.menu.Agent)
	}
	return agents
}

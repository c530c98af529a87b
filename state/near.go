package state

import (
	"sync/atomic"

	"callas"
)

// A Near finds agents and sessions of one snapshot, quickly where an id is close to the
// one before: what goes through agents in the order of their ids finds most of them in
// the page that it has in hand. It may be used from several goroutines at once.
type Near struct {
	sn       *Snapshot
	agents   atomic.Pointer[agentPage]
	sessions atomic.Pointer[sessionPage]
}

// Near begins anywhere.
func (sn *Snapshot) Near() *Near { return &Near{sn: sn} }

// Agent is Snapshot.Agent.
func (n *Near) Agent(id string) *callas.Agent { return near[callas.Agent](n.sn, &n.agents, id) }

// Session is Snapshot.Session.
func (n *Near) Session(agent string) *callas.Session {
	return near[callas.Session](n.sn, &n.sessions, agent)
}

func near[R any, P rowOf[R]](sn *Snapshot, last *atomic.Pointer[page[R, P]], id string) *R {
	p := last.Load()
	if p == nil || len(p.cells) == 0 || id < P(&p.cells[0].row).Key() || id > p.end {
		if p = pageOf[R, P](sn, id); p == nil {
			return nil
		}
		last.Store(p)
	}
	if i, ok := p.at(id); ok {
		return &p.cells[i].row
	}
	return nil
}

package server

import (
	"context"
	"reflect"
	"time"

	"callas"
	"callas/giveway"
	"callas/state"
)

// A menuEvent is an agent's menu as GET /v1/agents/{id}/menu has it, and the session.
type menuEvent struct {
	callas.Menu
	Session   *callas.Session `json:"session"`
	Withdrawn *withdrawal     `json:"withdrawn_by,omitempty"` // only as the selection is withdrawn
}

// A withdrawal is the change that took the right to a selection away.
type withdrawal struct {
	Actor    string       `json:"actor"`
	At       time.Time    `json:"at"`
	Revision callas.Token `json:"revision"`
}

// menus is what agents who listen were told last.
type menus struct {
	*Server
	told map[string]*menuTold
	due  time.Time // before it only those are looked at who cannot wait
	owed bool      // the others have not been looked at since
	next time.Time // when a selection expires, or a beat is over: time alone changes menus too
}

// A menuTold is what an agent was told last, and as an event: how it is, without what
// had just happened.
type menuTold struct {
	menuEvent
	text []byte
}

// watchMenus tells agents of their own menus: when they come, and whenever the menu is
// another than they were told. Looking at everybody takes long, and rests in proportion, so
// that others come first; who has lost what they had selected does not wait for that.
func (s *Server) watchMenus(ctx context.Context, t *topic) {
	m := &menus{Server: s, told: map[string]*menuTold{}}
	for {
		changed := s.State.Watch()
		began := time.Now()
		m.owed = began.Before(m.due)
		m.look(ctx, t.all(), !m.owed)
		rest := min(max(s.rhythm.gather, 4*time.Since(began)), 10*s.rhythm.gather)
		if !m.owed {
			m.due = time.Now().Add(rest)
			rest = s.rhythm.gather
		}
		if !pause(ctx, rest) {
			return
		}
		due := time.NewTimer(time.Until(m.again()))
		select {
		case <-ctx.Done():
		case <-changed:
		case <-t.came:
		case <-due.C:
		}
		due.Stop()
	}
}

// again is when everybody is to be looked at though nothing has changed.
func (m *menus) again() time.Time {
	if m.owed || m.next.Before(m.due) {
		return m.due
	}
	return m.next
}

// pause waits, and reports false where ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// look asks for the menu of each agent who listens, once, and tells what differs; where not
// all are to be looked at, only of those who have just come or have lost what they selected.
func (m *menus) look(ctx context.Context, streams []*stream, all bool) {
	sn := m.State.Snapshot()
	if all {
		m.next = time.Now().Add(m.rhythm.beat)
	}
	blame := &blame{source: m.Source, to: sn.Token().Revision}
	var work giveway.Worker
	listening := map[string][]*stream{}
	for _, st := range streams {
		listening[st.agent] = append(listening[st.agent], st)
	}
	for _, l := range m.inOrder(ctx, sn, listening, all, &work) {
		work.Step()
		agent := l.menu.Agent
		told := m.told[agent]
		if told == nil {
			told = &menuTold{}
		}
		news, err := m.ask(ctx, sn, l.menu, told, blame)
		if err != nil {
			m.untold(ctx, agent, err)
			continue
		}
		m.told[agent] = told
		for _, st := range l.streams {
			if !st.greeted {
				st.greeted = true
				st.put(told.text)
			} else if news != nil {
				st.put(news)
			}
		}
	}
	for agent := range m.told {
		if listening[agent] == nil { // any more
			delete(m.told, agent)
		}
	}
}

func (m *menus) untold(ctx context.Context, agent string, err error) {
	if ctx.Err() == nil {
		m.Log.Warn("an agent is not told of their menu", "agent", agent, "err", err)
	}
}

// ask works out what an agent is told now, and returns it where it is news.
func (m *menus) ask(ctx context.Context, sn *state.Snapshot, menu callas.Menu, told *menuTold, b *blame) ([]byte, error) {
	agent := menu.Agent
	if err := m.complete(ctx, sn, &menu); err != nil {
		return nil, err
	}
	now := menuEvent{Menu: menu, Session: m.sessionOf(sn, agent)}
	if until := now.Session.ExpiresAt; until != nil && until.Before(m.next) {
		m.next = *until
	}
	was, known := told.menuEvent, told.text != nil
	was.Revision = menu.Revision // which is no difference
	if known && reflect.DeepEqual(was, now) {
		told.Revision = menu.Revision
		return nil, nil
	}
	text, err := event(menuNews, menu.Revision.String(), now)
	if err != nil {
		return nil, err
	}
	news := text
	if known && lost(was.Selection, now.Selection) {
		gone := now
		if gone.Withdrawn = b.of(ctx, told.Revision.Revision, agent, now.Session); gone.Withdrawn != nil {
			if news, err = event(menuNews, menu.Revision.String(), gone); err != nil {
				return nil, err
			}
		}
	}
	told.menuEvent, told.text = now, text
	return news, nil
}

const menuNews = "menu"

// lost reports whether a selection has lost its right between two menus.
func lost(was, is *callas.Selection) bool {
	return was != nil && is != nil && was.Service == is.Service && !was.Withdrawn && is.Withdrawn
}

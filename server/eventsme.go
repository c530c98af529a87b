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
	next time.Time // when a selection expires, or a beat is over: time alone changes menus too
}

// A menuTold is what an agent was told last, and as an event: how it is, without what
// had just happened.
type menuTold struct {
	menuEvent
	text []byte
}

// watchMenus tells agents of their own menus: when they come, and whenever the menu is
// another than they were told.
func (s *Server) watchMenus(ctx context.Context, t *topic) {
	m := &menus{Server: s, told: map[string]*menuTold{}}
	for {
		changed := s.State.Watch()
		began := time.Now()
		m.look(ctx, t.all())
		// Where looking takes long, others come first; whoever lost a right is told soon
		// enough all the same.
		rest := min(max(s.rhythm.gather, 4*time.Since(began)), 10*s.rhythm.gather)
		if !pause(ctx, rest) {
			return
		}
		due := time.NewTimer(time.Until(m.next))
		select {
		case <-ctx.Done():
		case <-changed:
		case <-t.came:
		case <-due.C:
		}
		due.Stop()
	}
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

// look asks for the menu of each agent who listens, once, and tells what differs.
func (m *menus) look(ctx context.Context, streams []*stream) {
	sn := m.State.Snapshot()
	m.next = time.Now().Add(m.rhythm.beat)
	blame := &blame{source: m.Source, to: sn.Token().Revision}
	menus := m.Engine.Menus(sn) // many are alike: a change of a service is worked out for a few
	var work giveway.Worker
	listening := map[string][]*stream{}
	for _, st := range streams {
		listening[st.agent] = append(listening[st.agent], st)
	}
	for _, agent := range m.inOrder(listening) {
		work.Step()
		streams, told := listening[agent], m.told[agent]
		if told == nil {
			told = &menuTold{}
		}
		menu, err := menus(ctx, agent)
		var news []byte
		if err == nil {
			news, err = m.ask(ctx, sn, menu, told, blame)
		}
		if err != nil {
			if ctx.Err() == nil {
				m.Log.Warn("an agent is not told of their menu", "agent", agent, "err", err)
			}
			continue
		}
		m.told[agent] = told
		for _, st := range streams {
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

// inOrder puts those first who have selected a service: they may be losing it.
func (m *menus) inOrder(listening map[string][]*stream) []string {
	first, then := make([]string, 0, len(listening)), []string{}
	for agent := range listening {
		if told := m.told[agent]; told != nil && told.Selection != nil {
			first = append(first, agent)
		} else {
			then = append(then, agent)
		}
	}
	return append(first, then...)
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

package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/state"
)

// A listing is what the policy says of an agent's menu: all of it that agents who are
// alike have in common.
type listing struct {
	profile string
	items   []callas.MenuItem
}

// listings finds those of one snapshot at one moment.
type listings struct {
	*Engine
	sn  *state.Snapshot
	now time.Time
	age time.Duration

	near  *state.Near // nil: one is asked for
	lock  sync.RWMutex
	known map[string]*listing // by what an agent is to the policy; nil: one is asked for, or they change by themselves
}

func (e *Engine) listings(sn *state.Snapshot) *listings {
	now := e.Now()
	return &listings{Engine: e, sn: sn, now: now, age: e.State.Age(now)}
}

func (l *listings) moment() *moment { return newMoment(l.sn, l.now, l.age) }

// own reads what the facts hold of one agent alone.
func (l *listings) own(agent string) own {
	if l.near != nil {
		return own{agent, l.near.Agent(agent), l.near.Session(agent)}
	}
	return own{agent, l.sn.Agent(agent), l.sn.Session(agent)}
}

// find remembers a listing or asks the policy for it. Of facts that would be only what
// was found in them counts, and nothing is remembered.
func (l *listings) find(ctx context.Context, o own) (*listing, error) {
	m := l.moment()
	if !l.Engine.menu.repeats {
		return l.ask(ctx, m, o.id)
	}
	var space [keySpace]byte
	key := append(space[:0], bit(l.tooOld(l.age)))
	key = l.alike.appendKey(key, o, l.now)
	if found := l.shared(key); found != nil {
		return found, nil
	}
	remembers := l.menus != nil && l.sn.Serial() != 0
	if remembers {
		if r := l.menus.find(key, l.sn, l.now, l.age); r != nil {
			l.share(key, &r.answer)
			return &r.answer, nil
		}
	}
	if l.alike.known {
		m.knows(o)
	}
	found, err := l.ask(ctx, m, o.id)
	if err != nil {
		return nil, err
	}
	if remembers {
		r := &remembered[listing]{answer: *found}
		r.is(&m.ground)
		l.menus.keep(key, r)
	}
	l.share(key, found)
	return found, nil
}

func (l *listings) shared(key []byte) *listing {
	l.lock.RLock()
	defer l.lock.RUnlock()
	return l.known[string(key)]
}

func (l *listings) share(key []byte, found *listing) {
	if l.known != nil {
		l.lock.Lock()
		defer l.lock.Unlock()
		l.known[string(key)] = found
	}
}

func (l *listings) ask(ctx context.Context, m *moment, agent string) (*listing, error) {
	var input writing
	input.text("agent", agent)
	input.flag("stale", l.tooOld(l.age))
	answer, err := l.Engine.menu.ask(ctx, &l.facts, m, input.object(), adminDeadline)
	if err != nil {
		return nil, err
	}
	found, err := listingOf(answer)
	if err != nil {
		return nil, fmt.Errorf("%s: malformed answer: %w", menuQuery, err)
	}
	return found, nil
}

// listingOf reads {"profile", "items": [{"service", "name", "number", "available",
// "reasons"}]}: available services first, in the policy's order else.
func listingOf(answer ast.Value) (*listing, error) {
	o, ok := answer.(ast.Object)
	if !ok {
		return nil, fmt.Errorf("%v is no object", answer)
	}
	in := members{object: o}
	l := &listing{profile: in.text("profile"), items: []callas.MenuItem{}}
	in.each("items", func(t *ast.Term) {
		o, ok := t.Value.(ast.Object)
		if !ok {
			in.fail("items", "objects", t)
			return
		}
		of := members{object: o}
		item := callas.MenuItem{Service: of.text("service"), Name: of.text("name"), Number: of.text("number"),
			Available: of.flag("available"), Reasons: of.reasons("reasons")}
		sortReasons(item.Reasons)
		l.items = append(l.items, item)
		if of.err != nil && in.err == nil {
			in.err = fmt.Errorf("items: %w", of.err)
		}
	})
	slices.SortStableFunc(l.items, func(a, b callas.MenuItem) int { return rank(a) - rank(b) })
	return l, in.err
}

func rank(i callas.MenuItem) int {
	if i.Available {
		return 0
	}
	return 1
}

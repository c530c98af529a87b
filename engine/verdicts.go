package engine

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"callas"
	"callas/state"
)

// Verdicts answers May for many changes on one snapshot at one moment. Changes of agents
// that are the same to the law need one evaluation. It may be called from several
// goroutines at once.
func (e *Engine) Verdicts(sn *state.Snapshot) func(context.Context, callas.Change) (Verdict, error) {
	now := e.Now()
	v := &verdicts{Engine: e, sn: sn, now: now, age: e.State.Age(now), known: map[string]Verdict{}}
	return v.may
}

type verdicts struct {
	*Engine
	sn  *state.Snapshot
	now time.Time
	age time.Duration

	lock  sync.RWMutex
	known map[string]Verdict // by what a change is to the law
}

func (v *verdicts) may(ctx context.Context, c callas.Change) (Verdict, error) {
	m := newMoment(v.sn, v.now, v.age)
	before, had := c.Before.(*callas.Agent)
	after, has := c.After.(*callas.Agent)
	if !v.same.known || c.Kind != callas.KindAgent || !had || !has || len(c.Fields) == 0 {
		return v.Engine.may(ctx, m, c)
	}
	var space [keySpace]byte
	key := v.same.appendKey(space[:0], &c, before, after, v.now)
	v.lock.RLock()
	found, ok := v.known[string(key)]
	v.lock.RUnlock()
	if ok {
		return found, nil
	}
	found, err := v.Engine.may(ctx, m, c)
	if err == nil {
		v.lock.Lock()
		v.known[string(key)] = found
		v.lock.Unlock()
	}
	return found, err
}

// appendKey writes what the law can read of a change of an agent, so that no two changes
// that are not the same have one key.
func (s *sameness) appendKey(b []byte, c *callas.Change, before, after *callas.Agent, now time.Time) []byte {
	b = appendText(b, c.By.Name)
	b = appendText(b, string(c.By.Role))
	b = appendTexts(b, c.By.Units)
	b = appendText(b, c.By.Agent)
	b = appendText(b, string(c.Action))
	b = appendTexts(b, c.Fields)
	b = appendUndoing(b, c.Undoes)
	for _, field := range s.before {
		b = field(b, before, now)
	}
	for _, field := range s.after {
		b = field(b, after, now)
	}
	return b
}

func appendUndoing(b []byte, u *callas.Undoing) []byte {
	if u == nil {
		return append(b, 0)
	}
	b = append(b, 1, bit(u.Own), bit(u.Followed))
	for _, id := range slices.Sorted(maps.Keys(u.Services)) {
		b = appendText(appendText(b, id), u.Services[id])
	}
	return appendText(b, "")
}

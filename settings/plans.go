package settings

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// planID is how many random bytes an id has: too many to guess.
const planID = 16

// ErrNoPlan means that there is no such plan: it has expired, or never was, or is
// another's. Make a new one.
var ErrNoPlan = errors.New("there is no such plan, or it has expired")

// Plans keeps plans in memory until they expire: PlanLife each, at most MaxPlans and
// MaxPlannedRows in all, the oldest giving way. It may be used from any goroutine.
type Plans struct {
	now    func() time.Time
	random io.Reader

	mu   sync.Mutex
	kept []*Plan // oldest first
	rows int
}

// NewPlans returns an empty keeper. Ids come from random.
func NewPlans(now func() time.Time, random io.Reader) (*Plans, error) {
	if now == nil || random == nil {
		return nil, errors.New("plans: a clock and a source of randomness are needed")
	}
	return &Plans{now: now, random: random}, nil
}

// Keep gives a plan its id and its end and keeps it for its owner.
func (k *Plans) Keep(owner string, p *Plan) error {
	id := make([]byte, planID)
	if _, err := io.ReadFull(k.random, id); err != nil {
		return fmt.Errorf("plan id: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	p.ID, p.owner, p.ExpiresAt = base64.RawURLEncoding.EncodeToString(id), owner, k.now().Add(PlanLife).UTC()
	k.kept = append(k.kept, p)
	k.rows += len(p.writes)
	for k.overdue() {
		k.rows -= len(k.kept[0].writes)
		k.kept = slices.Delete(k.kept, 0, 1)
	}
	return nil
}

// Find returns an owner's plan, ErrNoPlan where there is none. It stays: applying it a
// second time is refused by its preconditions, and a retried request must find it.
func (k *Plans) Find(owner, id string) (*Plan, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, p := range k.kept {
		if p.ID == id && p.owner == owner && k.now().Before(p.ExpiresAt) {
			return p, nil
		}
	}
	return nil, ErrNoPlan
}

// overdue reports whether the oldest plan must go. The newest stays, however large.
func (k *Plans) overdue() bool {
	return len(k.kept) > 1 &&
		(len(k.kept) > MaxPlans || k.rows > MaxPlannedRows || !k.now().Before(k.kept[0].ExpiresAt))
}

package sqlstore

import (
	"context"
	"sync"
	"time"

	"callas"
	"callas/source"
)

// The tail keeps at most this many of the newest changesets, and edits in them; of what
// somebody has come past, far fewer: an import would stay for nobody.
const (
	tailChangesets = 256
	tailEdits      = 2 * source.MaxWrites
	tailPassed     = 1_000
)

// A tail is the newest changesets that this process committed, without a gap, so
// that who follows closely need not read back what was just written.
type tail struct {
	mu     sync.Mutex
	base   callas.Token // the moment before the first
	sets   []callas.Changeset
	edits  int
	coming chan struct{} // closed when the commit under way has ended; nil: there is none
}

// expect says that a commit is under way. The file may show it before add has it.
func (t *tail) expect() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.coming = make(chan struct{})
}

// ended says that the commit under way has been added, or was not made.
func (t *tail) ended() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.coming != nil {
		close(t.coming)
		t.coming = nil
	}
}

// patience is how long a follower waits for a commit under way to end: longer than a
// sync mostly takes, and short beside the age at which facts are told to be old.
const patience = 200 * time.Millisecond

// await waits for the commit under way.
func (t *tail) await(ctx context.Context) {
	t.mu.Lock()
	coming := t.coming
	t.mu.Unlock()
	if coming == nil {
		return
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-coming:
	case <-late.C:
	case <-ctx.Done():
	}
}

// add appends changesets that were committed right after the moment before.
func (t *tail) add(before callas.Token, sets []callas.Changeset) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.newest() != before { // another process came between
		t.base, t.sets, t.edits = before, nil, 0
	}
	for _, cs := range sets {
		t.sets = append(t.sets, cs)
		t.edits += len(cs.Edits)
	}
	t.forget(len(t.sets), tailEdits)
}

// forget drops the oldest of the first so many changesets, until few enough are left,
// and edits in all.
func (t *tail) forget(first, edits int) {
	drop := 0
	for ; drop < first && (len(t.sets)-drop > tailChangesets || t.edits > edits); drop++ {
		t.base, t.edits = t.sets[drop].Token, t.edits-len(t.sets[drop].Edits)
	}
	if drop > 0 {
		t.sets = append([]callas.Changeset(nil), t.sets[drop:]...)
	}
}

// since returns what came after a moment, and whether the tail knows that moment
// and anything after it.
func (t *tail) since(after callas.Token) ([]callas.Changeset, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := int(after.Revision - t.base.Revision)
	if at < 0 || at > len(t.sets) {
		return nil, false
	}
	known := t.base
	if at > 0 {
		known = t.sets[at-1].Token
	}
	if known != after {
		return nil, false
	}
	sets := append([]callas.Changeset(nil), t.sets[at:]...)
	t.forget(at, tailPassed)
	return sets, len(sets) > 0
}

func (t *tail) newest() callas.Token {
	if len(t.sets) == 0 {
		return t.base
	}
	return t.sets[len(t.sets)-1].Token
}

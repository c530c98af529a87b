package engine

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"callas"
	"callas/decisionlog"
	"callas/state"
)

// DefaultMemory is how many decisions an engine remembers: about 50 MB of them. Of menus
// it remembers as many.
const DefaultMemory = 65536

// shards keep callers on different cores out of each other's way.
const shards = 32

// A memory keeps answers for as long as nothing that they were made from has changed.
//
// Why a stale answer cannot be given, whenever it was written down: an entry carries the
// watch channels of every row that its evaluation read, taken from the very snapshot that
// it read. Each is closed when a change to that row commits, before the new snapshot is
// published. A look-up first takes the newest snapshot and then finds every channel open:
// so nothing the entry was made from had changed when that snapshot was published, and the
// entry is what evaluating it there would answer. Should the row change between evaluation
// and writing down, the channel is closed already when the entry is first looked up. There
// is no moment at which an entry must be found and removed for the answers to be right.
//
// Two cases need a word. An entry made at a newer snapshot than the one in hand says nothing
// about the older one, so it does not count there. And a load swaps the database without
// closing a channel, so an entry is good only in the generation that it was made in.
type memory[T any] struct {
	seed   maphash.Seed
	limit  int // entries a shard
	shards [shards]shard[T]

	hits, misses, evicted atomic.Uint64
}

type shard[T any] struct {
	sync.Mutex
	entries map[string]*remembered[T]
	_       [40]byte // its own cache line
}

// A remembered answer, and what it was made from.
type remembered[T any] struct {
	answer T
	ground
}

// A decided is a decision as it is remembered.
type decided struct {
	outcome *callas.Decision // shared, and without what differs from call to call
	agent   string           // the id of the one who calls; empty for an unknown one
	mask    decisionlog.Mask // how the record writes whom a call was for
}

// Remembered counts the look-ups that found a decision, the agent's own or that of one who
// is alike, those that did not, and the decisions dropped to make room.
func (e *Engine) Remembered() (hits, misses, evicted uint64) {
	hits, misses, evicted = e.memory.counts()
	alike, _, _ := e.likes.counts() // found after all
	return hits + alike, misses - alike, evicted
}

// RememberedMenus is the same for menus. Those of agents who are alike are one.
func (e *Engine) RememberedMenus() (hits, misses, evicted uint64) { return e.menus.counts() }

func newMemory[T any](entries int) *memory[T] {
	m := &memory[T]{seed: maphash.MakeSeed(), limit: max(1, entries/shards)}
	for i := range m.shards {
		m.shards[i].entries = map[string]*remembered[T]{}
	}
	return m
}

func (m *memory[T]) counts() (hits, misses, evicted uint64) {
	if m == nil {
		return 0, 0, 0
	}
	return m.hits.Load(), m.misses.Load(), m.evicted.Load()
}

// find returns the entry for a key if it still holds at sn; nil when there is none.
func (m *memory[T]) find(key []byte, sn *state.Snapshot, now time.Time, age time.Duration) *remembered[T] {
	s := &m.shards[maphash.Bytes(m.seed, key)%shards]
	s.Lock()
	r := s.entries[string(key)]
	s.Unlock()
	if r == nil || !r.holds(sn, now, age) {
		m.misses.Add(1)
		return nil
	}
	m.hits.Add(1)
	return r
}

// keep writes an entry down, in place of any other when the shard is full.
func (m *memory[T]) keep(key []byte, r *remembered[T]) {
	s := &m.shards[maphash.Bytes(m.seed, key)%shards]
	s.Lock()
	defer s.Unlock()
	if _, again := s.entries[string(key)]; !again && len(s.entries) >= m.limit {
		for any := range s.entries {
			delete(s.entries, any)
			break
		}
		m.evicted.Add(1)
	}
	s.entries[string(key)] = r
}

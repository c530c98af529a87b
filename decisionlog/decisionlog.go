// Package decisionlog is the record of decisions: who called as whom, when, why, and
// under which facts and policy, with enough in every record to decide the call again.
//
// Records lie in numbered segments on disk, in groups that are fsynced together and
// chained by SHA-256, so that an altered, removed or reordered record is found. The
// package must never keep a call waiting, never cut what is not a torn tail, and never
// write a callee's number in a clearer form than it was told to.
//
// A directory holds
//
//	00000000000000000001.log   a segment, named by the sequence number of its first record
//	00000000000000000001.idx   what is where in it, once it is finished; made again where missing
//	manifest.json              what retention has dropped, and the chain at the cut
//	ship.json                  the last record that the decision-log service has accepted
//	lock                       held by the one process that writes
package decisionlog

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// ErrFull is what Append answers in strict mode when a record cannot be kept: the
// buffer is full, or the disk has failed. The call must then go out as the agent.
var ErrFull = errors.New("decision log: full: the record cannot be kept")

// ErrClosed is what Append answers after Close.
var ErrClosed = errors.New("decision log: closed")

// What a zero Config field stands for, and the limits.
const (
	DefaultSegmentBytes = 64 << 20
	DefaultSyncEvery    = 50 * time.Millisecond
	DefaultBuffer       = 32 << 20

	MaxSyncEvery = 100 * time.Millisecond // what a kill -9 may cost at most
	MinBuffer    = 64 << 10
	MaxBuffer    = 64 << 20
	MinKey       = 16 // bytes of PseudonymKey

	maxGroup = 2 << 20 // bytes of a group
)

// Config says where the record is kept, for how long, and what happens when it cannot be.
type Config struct {
	Dir          string        // made with mode 0700 where missing
	SegmentBytes int64         // a segment is closed at this size
	MaxAge       time.Duration // whole segments older than this are dropped; zero: never
	MaxBytes     int64         // the oldest segments beyond this size together are dropped; zero: never
	SyncEvery    time.Duration // the longest a record waits before its group is written; an fsync follows at once
	Buffer       int           // bytes of records in memory at most: two groups, and what waits to be fsynced
	Strict       bool          // answer ErrFull rather than drop a record
	PseudonymKey []byte        // keys Pseudonym; without it such a callee is dropped
	Name         string        // of this installation or sidecar: told with every shipped event
	Ship         Ship          // to an OPA decision-log service; zero: to none

	Now  func() time.Time // the clock; time.Now where nil
	Rand func() float64   // in [0, 1): jitter; math/rand where nil
	Log  *slog.Logger     // where trouble is told, once per change

	fsync func(*os.File) error // (*os.File).Sync; tests have slower and worse ones
}

// A Log is the record, open for writing. It is safe for concurrent use.
type Log struct {
	cfg   Config
	lines sync.Pool // *line
	most  int       // bytes of one group: a quarter of the buffer, at most maxGroup

	mu      sync.Mutex
	front   *group        // being filled
	spare   *group        // the other one; nil while it is being written
	next    uint64        // the next record's sequence number
	synced  uint64        // the last one on disk
	trouble [2]error      // why the disk does not take what is written, and what is fsynced
	failing error         // either; nil when it does
	lost    uint64        // records dropped since the last one that was kept
	lostAt  time.Time     // when the first of them was
	closed  bool          // no more is taken
	turned  chan struct{} // closed when something was written or fsynced, or failed to
	figures Stats

	wake, now   chan struct{} // to the writer: there is something; do not wait for more
	roomy, tidy chan struct{} // to the writer: something is fsynced; a segment is finished
	dirty       chan struct{} // to the syncer: something is written
	closing     chan struct{}
	written     chan struct{} // closed when the writer is gone
	stopped     chan struct{} // closed when the syncer is gone too
	given       uint64        // records given up at Close
	shipper     *shipper      // nil: nothing is shipped
	once        sync.Once
	closeErr    error

	disk      disk // the writer's own
	index     index
	recovered *Recovered
	lock      *os.File
}

// Open makes the record ready: takes the directory's lock, cuts a torn tail, and goes
// on with the chain where it ends. Two processes cannot have one directory open.
func Open(cfg Config) (*Log, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("decision log: %w", err)
	}
	lock, err := takeLock(cfg.Dir)
	if err != nil {
		return nil, err
	}
	l := &Log{cfg: cfg, most: min(cfg.Buffer/4, maxGroup), lock: lock, turned: make(chan struct{}),
		closing: make(chan struct{}), written: make(chan struct{}), stopped: make(chan struct{})}
	for _, c := range []*chan struct{}{&l.wake, &l.now, &l.roomy, &l.tidy, &l.dirty} {
		*c = make(chan struct{}, 1)
	}
	l.front, l.spare = newGroup(l.most), newGroup(l.most)
	l.lines.New = func() any { return newLine(cfg.PseudonymKey) }
	if err := l.resume(); err != nil {
		lock.Close()
		return nil, err
	}
	if cfg.Ship.URL != "" {
		if l.shipper, err = newShipper(l, cfg.Ship); err != nil {
			l.disk.close()
			lock.Close()
			return nil, err
		}
		go l.shipper.run()
	}
	go l.run()
	go l.sync()
	return l, nil
}

// Recovered tells what Open had to do after a crash; nil when nothing.
func (l *Log) Recovered() *Recovered { return l.recovered }

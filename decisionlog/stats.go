package decisionlog

import "time"

// Stats are the log's figures since Open, for metrics and health.
type Stats struct {
	Appended uint64 // records taken
	Dropped  uint64 // decisions that were not recorded: dropped, or refused in strict mode
	Dropping bool   // the last turn of the writer found that some were

	Seq      uint64        // the last record taken
	Synced   uint64        // the last record on disk
	Waiting  int           // bytes in the group that is being filled
	Groups   uint64        // written and fsynced
	Written  uint64        // bytes of groups
	Sync     time.Duration // how long the last group took to write and fsync
	Segments int
	Bytes    int64 // on disk

	DiskError   string // why the disk does not take records now; empty when it does
	LastError   string // the last trouble of any kind
	LastErrorAt time.Time

	Shipped   uint64 // the last record that the decision-log service has accepted
	Unshipped uint64 // records that retention dropped before they were shipped
	ShipError string // why shipping is not going on; empty when it is
}

// Stats tells how the log is doing.
func (l *Log) Stats() Stats {
	all := l.index.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.figures
	s.Seq, s.Synced, s.Segments = l.next-1, l.synced, len(all)
	s.Waiting = len(l.front.buf) - headerBytes
	for i := range all {
		s.Bytes += all[i].size
	}
	if l.failing != nil {
		s.DiskError = l.failing.Error()
	}
	return s
}

package server

import "time"

// SweepOnce is one round of Sweep.
var SweepOnce = (*Server).sweep

// Hasten sets how often streams beat, how often their tokens are looked at again, and how
// long a reader may keep its stream waiting.
func Hasten(s *Server, beat, check, write time.Duration) {
	s.rhythm.beat, s.rhythm.check, s.rhythm.write = beat, check, write
}

// ProveOnce is one round of Prove.
var ProveOnce = (*Server).prove

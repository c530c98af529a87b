package server

import (
	"context"
	"time"
)

// A desk is where one request at a time does what keeps a processor busy for seconds.
// Each of them gives way to calls, but any number together would not: the others wait.
// A desk is taken for working only, never while an answer is being sent: a reader who is
// slow on purpose would keep it.
type desk struct {
	seat     chan struct{}
	patience time.Duration
}

// deskTime is how long a request waits for a desk. It leaves more than half of EditTime
// for the work itself, and whoever has waited as long is better told to come again.
const deskTime = 10 * time.Second

func newDesk() desk { return desk{seat: make(chan struct{}, 1), patience: deskTime} }

// take waits for the desk, and refuses as busy where others keep it. Call leave once.
func (d desk) take(ctx context.Context) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, d.patience)
	defer cancel()
	if enter(ctx, d.seat) != nil {
		return nil, refuse(busy, "others have asked for the like, which is worked out for one at a time so that calls go first: repeat in a moment")
	}
	return func() { <-d.seat }, nil
}

package server

import "context"

// A turn orders changes: many of one's own sessions and sign-ins at a time, or one of
// anything else alone. It is a read-write lock that one can stop waiting for.
//
// Why no invariant can be broken by a race. A change is judged (policy, rules)
// against a snapshot and committed afterwards. What was judged can only have gone
// stale in between by another commit, and there are three kinds of those:
//
//   - One of this server's. Changes of settings hold the turn alone, from the
//     snapshot until their own commit has come back into the facts, so each is
//     judged on everything before it. Sessions and sign-ins share the turn with each
//     other only: each writes rows of its own, and no rule looks at two of them.
//   - One of another process on the same source (a token created on the command
//     line, later another hub). Every row written carries the precondition that it
//     is as it was judged, so a changed row is a Conflict, never a lost edit; and
//     what rows promise one another (what is named exists, aliases are unique,
//     units are a tree) the source checks once more under its write lock, so it is
//     a Violation.
//   - One whose return this server gave up waiting for. The next change waits for
//     it first: Server.fresh.
//
// So the source alone keeps rows fitting together; the turn keeps what only policy
// and settings know, and spares changes that come together from running into
// conflicts.
type turn struct {
	alone chan struct{} // held while waiting to be alone, so that nobody new comes in
	slots chan struct{} // one for each session change; all of them to be alone
}

// maxTogether is how many session changes go on at a time: enough to fill the
// source's group commits.
const maxTogether = 64

func newTurn() turn {
	return turn{alone: make(chan struct{}, 1), slots: make(chan struct{}, maxTogether)}
}

// shared waits until no other kind of change goes on. Call the release once.
func (t turn) shared(ctx context.Context) (release func(), err error) {
	if err := enter(ctx, t.alone); err != nil {
		return nil, err
	}
	err = enter(ctx, t.slots)
	<-t.alone
	if err != nil {
		return nil, err
	}
	return func() { <-t.slots }, nil
}

// exclusive waits until no other change goes on at all. Call the release once.
func (t turn) exclusive(ctx context.Context) (release func(), err error) {
	if err := enter(ctx, t.alone); err != nil {
		return nil, err
	}
	taken := 0
	release = func() {
		for range taken {
			<-t.slots
		}
		<-t.alone
	}
	for ; taken < maxTogether; taken++ {
		if err := enter(ctx, t.slots); err != nil {
			release()
			return nil, err
		}
	}
	return release, nil
}

func enter(ctx context.Context, room chan struct{}) error {
	select {
	case room <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

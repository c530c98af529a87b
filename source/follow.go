package source

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"callas"
	"callas/state"
)

// pollEvery is how long a lost wake-up can delay a change, in Follow.
const pollEvery = time.Second

// Follow keeps store at the newest revision of b until ctx ends. It loads a
// snapshot when the store's token is not of b's log and applies every changeset
// after that. While b is away the store keeps what it has, and its age grows.
// It returns nil when ctx has ended.
func Follow(ctx context.Context, b Backend, store *state.Store, log *slog.Logger) error {
	if b == nil || store == nil || log == nil {
		return errors.New("follow: a backend, a store and a log are needed")
	}
	f := follower{backend: b, store: store, log: log}
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		wake := b.Wake()
		err := f.catchUp(ctx)
		if ctx.Err() != nil {
			return nil
		}
		f.tell(err)
		if err != nil {
			wake = nil // a backend that is away may wake without end
		}
		select {
		case <-wake:
		case <-poll.C:
		case <-ctx.Done():
			return nil
		}
	}
}

type follower struct {
	backend Backend
	store   *state.Store
	log     *slog.Logger
	away    bool
}

// catchUp applies all that b has. The facts are as old as the question was, not as
// the answer: what was committed between the two may be missing from it.
func (f *follower) catchUp(ctx context.Context) error {
	anew := !f.store.Loaded()
	if anew {
		if err := f.load(ctx); err != nil {
			return err
		}
	}
	for {
		asked := time.Now()
		sets, err := f.backend.Since(ctx, f.store.Snapshot().Token())
		if err == nil {
			err = f.apply(sets)
		}
		switch {
		case err == nil && len(sets) == 0:
			f.store.Heard(asked)
			return nil
		case err == nil:
		case anew:
			return err
		case errors.Is(err, ErrUnknownToken), errors.Is(err, state.ErrGap):
			f.log.Warn("the facts are loaded anew", "because", err)
			anew = true
			if err := f.load(ctx); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (f *follower) apply(sets []callas.Changeset) error {
	for _, cs := range sets {
		if err := f.store.Apply(cs); err != nil {
			return err
		}
	}
	return nil
}

// load replaces the facts by a snapshot.
func (f *follower) load(ctx context.Context) error {
	asked := time.Now()
	err := f.store.Load(func(add func(callas.Row) error) (callas.Token, error) { return ahead(ctx, f.backend, add) })
	if err != nil {
		return err
	}
	f.store.Heard(asked)
	sn, rows := f.store.Snapshot(), 0
	for _, k := range callas.Kinds {
		rows += sn.Count(k)
	}
	f.log.Info("facts loaded", "revision", sn.Token(), "rows", rows, "took", time.Since(asked))
	return nil
}

// tell logs when the source goes away and when it is back, not every second between.
func (f *follower) tell(err error) {
	switch {
	case err != nil && !f.away:
		f.log.Error("the facts stay as they are", "because", err, "revision", f.store.Snapshot().Token())
	case err == nil && f.away:
		f.log.Info("the facts are followed again", "revision", f.store.Snapshot().Token())
	}
	f.away = err != nil
}

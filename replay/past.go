package replay

import (
	"context"
	"errors"
	"fmt"

	"callas"
	"callas/source"
	"callas/state"
)

// ErrElsewhere says that a revision is not of the source's log: the data was restored
// from a backup since, or it is another installation's record.
var ErrElsewhere = errors.New("the source's log has no such revision")

// keptBehind is how many revisions are kept behind the one walked to: calls are recorded
// when they are decided, so that those decided at the same time may be out of order.
const keptBehind = 1024

// A Past rebuilds the facts at old revisions, by making the source's changes again from
// the first on. It goes forward; to go back further than a little, it starts anew.
type Past struct {
	source source.Backend
	walk   *state.Store
	ahead  []callas.Changeset          // read, and not made yet
	kept   [keptBehind]*state.Snapshot // by revision
}

// NewPast is the past of a source, at its beginning.
func NewPast(from source.Backend) *Past {
	p := &Past{source: from}
	p.restart()
	return p
}

// At gives the facts at a moment, or ErrElsewhere.
func (p *Past) At(ctx context.Context, t callas.Token) (*state.Snapshot, error) {
	sn, err := p.Revision(ctx, t.Revision)
	if err == nil && sn.Token() != t {
		return nil, fmt.Errorf("%s: %w", t, ErrElsewhere)
	}
	return sn, err
}

// Revision gives the facts at a revision, or ErrElsewhere where the log ends before it.
func (p *Past) Revision(ctx context.Context, revision int64) (*state.Snapshot, error) {
	now := p.walk.Snapshot()
	if revision < now.Token().Revision {
		if sn := p.kept[revision%keptBehind]; sn != nil && sn.Token().Revision == revision {
			return sn, nil
		}
		p.restart()
	}
	for {
		now = p.walk.Snapshot()
		p.kept[now.Token().Revision%keptBehind] = now
		if now.Token().Revision == revision {
			return now, nil
		}
		more, err := p.step(ctx)
		if err != nil {
			return nil, err
		}
		if !more {
			return nil, fmt.Errorf("%d: %w", revision, ErrElsewhere)
		}
	}
}

// Newest gives the facts at the end of the log.
func (p *Past) Newest(ctx context.Context) (*state.Snapshot, error) {
	for {
		if more, err := p.step(ctx); err != nil || !more {
			return p.walk.Snapshot(), err
		}
	}
}

// step makes one change, and reports false at the end of the log.
func (p *Past) step(ctx context.Context) (bool, error) {
	if len(p.ahead) == 0 {
		var err error
		after := p.walk.Snapshot().Token()
		if p.ahead, err = p.source.Since(ctx, after); err != nil {
			return false, fmt.Errorf("the changes after revision %s: %w", after, err)
		}
		if len(p.ahead) == 0 {
			return false, nil
		}
		if first := p.ahead[0]; after.Revision == 0 && first.Token.Revision > 1 {
			return false, fmt.Errorf("the source keeps its changes from revision %d (%s) on: what was decided before cannot be decided again",
				first.Token.Revision, first.At.UTC().Format("2006-01-02 15:04"))
		}
	}
	if err := p.walk.Apply(p.ahead[0]); err != nil {
		return false, err
	}
	p.ahead = p.ahead[1:]
	return true, nil
}

func (p *Past) restart() {
	p.walk, p.ahead = state.New(), nil
	clear(p.kept[:])
}

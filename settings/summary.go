package settings

import (
	"context"
	"sync/atomic"

	"callas"
	"callas/giveway"
	"callas/state"
)

// summaryWord is said instead of an agent to ask for a Summary. No agent has it as an id.
const summaryWord = "summary"

// A Summary counts the agents that match a query.
type Summary struct {
	Total    int          `json:"total"`
	MayCall  int          `json:"may_call"` // to whom at least one service is available now
	Calling  int          `json:"calling"`  // whose calls go out as a service now
	Revision callas.Token `json:"revision"`
}

// Summary counts the agents that the query selects, over all pages. A query that names
// what does not exist is *Invalid.
func (q Query) Summary(ctx context.Context, sn *state.Snapshot, menus Menus) (Summary, error) {
	out := Summary{Revision: sn.Token()}
	q.Kind = callas.KindAgent
	m, err := newMatcher(sn, q)
	if err != nil {
		return out, err
	}
	menu := menus.Menus(sn)
	rows, err := m.all(ctx, menu)
	if err != nil {
		return out, err
	}
	out.Total = len(rows)
	offering := profilesOffering(sn, anyService)
	var mayCall, isCalling atomic.Int64
	err = giveway.InParallel(ctx, len(rows), func(i int) error {
		a := rows[i].(*callas.Agent)
		if !mentions(a, offering) && !selects(m.near.Session(a.ID)) {
			return nil
		}
		menu, err := menu(ctx, a.ID)
		if err != nil {
			return err
		}
		if offersAny(menu) {
			mayCall.Add(1)
		}
		if calling(menu) != "" {
			isCalling.Add(1)
		}
		return nil
	})
	out.MayCall, out.Calling = int(mayCall.Load()), int(isCalling.Load())
	return out, err
}

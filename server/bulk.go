package server

import (
	"context"
	"errors"
	"slices"
	"strings"

	"callas"
	"callas/server/wire"
	"callas/settings"
	"callas/source"
	"callas/state"
)

// bulk edits many agents in one change: it plans (dry_run), carries out a plan, or
// does both at once.
func (s *Server) bulk(r *request) (answer, error) {
	b, problems := settings.ParseBulk(r.body)
	if len(problems) > 0 {
		return answer{}, unreadable(problems)
	}
	reason, err := r.reason(b.Reason)
	if err != nil {
		return answer{}, err
	}
	switch {
	case b.DryRun:
		return s.planBulk(r, b)
	case b.Plan != "":
		return s.applyPlan(r, b.Plan, reason)
	}
	return s.applyBulk(r, b, reason)
}

// bulkDone is what an applied bulk edit answers.
type bulkDone struct {
	Revision     callas.Token `json:"revision"`
	Changed      int          `json:"changed"`
	LockedTotal  int          `json:"locked_total"`  // left alone: an importer keeps a field
	RefusedTotal int          `json:"refused_total"` // left alone: policy refuses
}

func (s *Server) planBulk(r *request, b settings.Bulk) (answer, error) {
	leave, err := s.ahead.take(r.ctx)
	if err != nil {
		return answer{}, err
	}
	defer leave()
	plan, err := s.plan(r, r.read(s.State.Snapshot()), b)
	if err != nil {
		return answer{}, err
	}
	return answer{json: plan}, s.plans.Keep(owner(r.by), plan)
}

// applyPlan carries out exactly what was planned, or says that it can no longer be.
func (s *Server) applyPlan(r *request, id, reason string) (answer, error) {
	plan, err := s.plans.Find(owner(r.by), id)
	if err != nil {
		return answer{}, refuse(planOutdated, "%v: make a new one with dry_run", err)
	}
	return s.carryOut(r, reason, true, func(context.Context, *state.Snapshot) (*settings.Plan, error) { return plan, nil })
}

// applyBulk plans and carries out in one turn.
func (s *Server) applyBulk(r *request, b settings.Bulk, reason string) (answer, error) {
	return s.carryOut(r, reason, false, func(_ context.Context, sn *state.Snapshot) (*settings.Plan, error) {
		plan, err := s.plan(r, sn, b)
		if err == nil && plan.Changed == 0 && plan.RefusedTotal > 0 {
			p := refuse(forbidden, "agent %s: %s", plan.Refused[0].ID, s.spelt(plan.Refused[0].Reasons[0]))
			p.Reasons = plan.Refused[0].Reasons
			return nil, p
		}
		return plan, err
	})
}

func (s *Server) carryOut(r *request, reason string, sure bool, of func(context.Context, *state.Snapshot) (*settings.Plan, error)) (answer, error) {
	var plan *settings.Plan
	_, token, err := s.commit(r, edit{origin: "api", reason: reason, sure: sure, work: func(ctx context.Context, sn *state.Snapshot) (writes []source.Write, err error) {
		if plan, err = of(ctx, sn); err != nil {
			return nil, err
		}
		return plan.Writes(), nil
	}})
	if err != nil {
		return answer{}, s.outdated(plan, sure, err)
	}
	return answer{json: bulkDone{token, plan.Changed, plan.LockedTotal, plan.RefusedTotal}}, nil
}

// outdated names the agents that have moved since a plan was made.
func (s *Server) outdated(plan *settings.Plan, sure bool, err error) error {
	var moved *source.Conflict
	if !sure || !errors.As(err, &moved) {
		return err
	}
	p := refuse(planOutdated, "nothing was changed: make a new plan with dry_run")
	ids := plan.Outdated(s.State.Snapshot())
	if !slices.Contains(ids, moved.ID) {
		ids = append(ids, moved.ID)
	}
	for _, id := range ids[:min(len(ids), MaxProblems)] {
		p.at("/agents/"+wire.Escape(id), "has been changed since the plan was made")
	}
	return p
}

// plan works a bulk edit out, within what the asker may see and change.
func (s *Server) plan(r *request, sn *state.Snapshot, b settings.Bulk) (*settings.Plan, error) {
	v, err := s.seeing(r, sn, callas.KindAgent)
	if err != nil {
		return nil, err
	}
	may := s.Engine.Verdicts(sn)
	planner := settings.Planner{Numbers: s.Plan, Menus: s.Engine, Visible: v.visible(),
		Allowed: func(ctx context.Context, before, after *callas.Agent) ([]callas.Reason, error) {
			return against(ctx, may, r.by, sn, source.Write{Kind: callas.KindAgent, ID: before.ID, Row: after})
		}}
	plan, err := planner.Plan(r.ctx, sn, b)
	var wrong *settings.Invalid
	if errors.As(err, &wrong) {
		return nil, unfitting(wrong.Problems)
	}
	return plan, err
}

// tally counts what a selection of agents has already, of what the asker may see.
func (s *Server) tally(r *request) (answer, error) {
	selection, problems := settings.ParseSelection(r.body)
	if len(problems) > 0 {
		return answer{}, unreadable(problems)
	}
	sn := r.read(s.State.Snapshot())
	v, err := s.seeing(r, sn, callas.KindAgent)
	if err != nil {
		return answer{}, err
	}
	planner := settings.Planner{Menus: s.Engine, Visible: v.visible()}
	tally, err := planner.Tally(r.ctx, sn, selection)
	var wrong *settings.Invalid
	if errors.As(err, &wrong) {
		return answer{}, unfitting(wrong.Problems)
	}
	return answer{json: tally}, err
}

// owner names whose plan it is: nobody carries out another's.
func owner(p callas.Principal) string {
	return strings.Join(append([]string{string(p.Role), p.Name, p.Agent}, p.Units...), "\x00")
}

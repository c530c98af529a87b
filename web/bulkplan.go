package web

import (
	"net/http"
	"slices"
	"time"

	"callas"
	"callas/client"
)

// A bulkPlan is what will happen, as the API worked it out.
type bulkPlan struct {
	client.Plan
	Sources []string // who keeps locked fields
	Why     []callas.Reason
	Pairs   []pairShown
	Now     []pairShown
}

// A pairShown is an agent and a service by their names.
type pairShown struct {
	ID, Service string
	Name        string
	Becomes     string
	Reasons     []callas.Reason
}

// Width is how far parts of the bar reach together, in hundredths of all.
func (p *bulkPlan) Width(parts ...int) float64 {
	n := 0
	for _, part := range parts {
		n += part
	}
	return 100 * float64(n) / float64(max(1, p.Matched))
}

// examples is how many pairs a preview names.
const examples = 5

// planBulk shows what will happen.
func (w *Web) planBulk(v *visit) (view, error) {
	b, form, err := v.bulkEdit()
	if err != nil {
		return view{}, err
	}
	if err := v.plan(b, b.set(form)); err != nil {
		return view{}, err
	}
	out := v.bulkView(b)
	out.part = "bulk-plan"
	return out, nil
}

// plan asks for a plan of what a form says.
func (v *visit) plan(b *bulkEdit, set map[string]any) error {
	if len(set) == 0 {
		return nil
	}
	b.Dirty = true
	whom, err := b.whom()
	if err != nil {
		return err
	}
	edit := client.BulkEdit{Set: set, DryRun: true}
	if b.All {
		edit.Filter = whom.(map[string]any)
		if len(edit.Filter) == 0 {
			edit.Filter = map[string]any{"q": ""} // everyone
		}
	} else {
		edit.IDs = whom.([]string)
	}
	plan := &bulkPlan{}
	err = v.api.Bulk(v.r.Context(), edit, &plan.Plan)
	if p, ok := asProblem(err); ok && (p.Status == http.StatusUnprocessableEntity || p.Status == http.StatusBadRequest) {
		b.Wrong = p.Detail
		for _, e := range p.Errors[:min(1, len(p.Errors))] {
			b.Wrong = e.Detail
		}
		return nil
	}
	if err != nil {
		return err
	}
	b.Plan = plan
	return v.spellOut(plan)
}

// spellOut names what the plan tells by ids.
func (v *visit) spellOut(p *bulkPlan) error {
	d, err := v.directory()
	if err != nil {
		return err
	}
	for _, l := range p.Locked {
		if l.Source != "" && !slices.Contains(p.Sources, l.Source) {
			p.Sources = append(p.Sources, l.Source)
		}
	}
	for _, r := range p.Refused {
		for _, reason := range r.Reasons {
			if !slices.Contains(p.Why, reason) {
				p.Why = append(p.Why, reason)
			}
		}
	}
	for _, pair := range p.Plan.Pairs[:min(examples, len(p.Plan.Pairs))] {
		p.Pairs = append(p.Pairs, pairShown{ID: pair.Agent, Service: d.service(pair.Service).Name, Becomes: pair.Becomes, Reasons: pair.Reasons})
	}
	for _, c := range p.CallingNow[:min(examples, len(p.CallingNow))] {
		p.Now = append(p.Now, pairShown{ID: c.Agent, Name: c.Name, Service: d.service(c.Service).Name})
	}
	return nil
}

// applyBulk carries a plan out. Where something has moved since, nothing is changed and
// there is a new plan to look at.
func (w *Web) applyBulk(v *visit) (view, error) {
	form, err := v.form()
	if err != nil {
		return view{}, err
	}
	planID, reason := form.Get("plan"), form.Get("reason")
	if planID == "" {
		return w.planBulk(v)
	}
	if reason == "" {
		return w.replan(v, http.StatusUnprocessableEntity, func(b *bulkEdit) { b.ReasonMissing = true })
	}
	v.takes(bulkTime)
	var done client.Applied
	began := time.Now()
	err = v.api.Do(v.r.Context(), client.Request{Method: http.MethodPost, Path: "/v1/agents/bulk", Key: "bulk-" + planID,
		Body: client.BulkEdit{Plan: planID, Reason: reason}}, &done)
	if p, ok := asProblem(err); ok && p.Status == http.StatusConflict {
		return w.replan(v, http.StatusConflict, func(b *bulkEdit) { b.Moved = true })
	}
	if err != nil {
		return view{}, err
	}
	took := time.Since(began)
	return v.doneView(changeDone{Title: v.say("bulk.done", done.Changed), Revision: done.Revision.Revision, Back: local("/agents?" + form.Get("query")),
		Sub: v.say("bulk.done_sub", done.Revision.Revision, int(took.Milliseconds()))}), nil
}

// replan plans anew and shows why.
func (w *Web) replan(v *visit, status int, why func(*bulkEdit)) (view, error) {
	out, err := w.planBulk(v)
	if err != nil {
		return view{}, err
	}
	why(out.body.(*bulkEdit))
	out.status = status
	return out, nil
}

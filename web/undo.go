package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"callas"
	"callas/client"
)

// undoRoutes take changes back: from the toast after one, and from a history.
func (w *Web) undoRoutes(mux *http.ServeMux) {
	mux.Handle("POST /undo", w.page(w.undo))
}

// A changeDone says what was done, and offers to take it back.
type changeDone struct {
	Title, Sub string
	Revision   int64 // 0: it cannot be undone from here
	Back       string
}

func (v *visit) doneView(done changeDone) view {
	return view{page: "done-page", part: "done-toast", title: done.Title, nav: "agents", body: done}
}

// undo takes a change back as a new one. Asked from an agent's page it shows the agent
// again, and from a page that tells of changes that page; else it says so.
func (w *Web) undo(v *visit) (view, error) {
	form, err := v.form()
	if err != nil {
		return view{}, err
	}
	revision := form.Get("revision")
	if _, err := strconv.ParseInt(revision, 10, 64); err != nil {
		return view{}, v.refused(http.StatusBadRequest, "agent.no_form")
	}
	v.takes(bulkTime)
	var done struct {
		Revision callas.Token `json:"revision"`
		Changed  int          `json:"changed"`
	}
	err = v.api.Do(v.r.Context(), client.Request{Method: http.MethodPost, Path: "/v1/changes/" + revision + "/undo", Key: "undo-" + revision,
		Body: map[string]string{"reason": v.say("undo.reason", revision)}}, &done)
	if err != nil {
		return view{}, v.builtUpon(err)
	}
	if id := form.Get("agent"); id != "" {
		if !v.partial() {
			return view{to: agentPath(id)}, nil
		}
		s, err := v.agentSheet(id)
		if err != nil {
			return view{}, err
		}
		s.Undone = v.say("undo.done", done.Changed)
		return v.agentView(s), nil
	}
	back := local(form.Get("back"))
	if form.Get("there") != "" {
		return view{to: toldThere(back, done.Revision.Revision)}, nil
	}
	return v.doneView(changeDone{Title: v.say("undo.done", done.Changed), Back: back}), nil
}

// toldThere is a page that tells of a change that has just been made.
func toldThere(page string, revision int64) string {
	to, err := url.Parse(page)
	if err != nil {
		return "/"
	}
	query := to.Query()
	query.Set("done", strconv.FormatInt(revision, 10))
	to.RawQuery = query.Encode()
	return to.String()
}

// builtUpon says who has built on a change that is therefore not undone.
func (v *visit) builtUpon(err error) error {
	p, ok := asProblem(err)
	if !ok || p.Status != http.StatusConflict || len(p.Errors) == 0 {
		return err
	}
	kind, id, _ := strings.Cut(strings.TrimPrefix(p.Errors[0].Pointer, "/"), "/")
	last, asked := v.lastChange(callas.Kind(kind), id)
	if last == nil {
		return errors.Join(err, asked)
	}
	return &client.Problem{Type: p.Type, Status: p.Status, Title: v.say("undo.not"),
		Detail: v.say("undo.built_upon", last.Actor, v.clock(last.At.In(v.web.Zone)), id)}
}

package web

import (
	"net/http"
	"net/url"
	"strings"

	"callas"
	"callas/client"
)

// An agentForm is what is typed of an agent, whether it is there yet or not.
type agentForm struct {
	ID, Name, Number, URI, Aliases string
	Units                          []option
	Dirs                           []option
	Wrong                          map[string]string // by field
	Others                         []string          // what is wrong elsewhere
}

func (v *visit) detailsOf(d *directory, a *callas.Agent) agentForm {
	return agentForm{ID: a.ID, Name: a.Name, Number: a.Number, URI: a.URI, Aliases: strings.Join(a.Aliases, "\n"), Units: unitOptions(d, a.Unit)}
}

func unitOptions(d *directory, chosen string) []option {
	var out []option
	found := chosen == ""
	for _, u := range d.Units {
		out = append(out, option{u.ID, d.where(u.ID), u.ID == chosen})
		found = found || u.ID == chosen
	}
	if !found {
		out = append(out, option{chosen, chosen, true})
	}
	return out
}

// typed fills a form with what was sent, and says at each field what is wrong with it.
func (f *agentForm) typed(d *directory, form url.Values, p *client.Problem) {
	f.Name, f.Number, f.URI, f.Aliases = form.Get("name"), form.Get("number"), form.Get("uri"), form.Get("aliases")
	f.Units, f.Wrong = unitOptions(d, form.Get("unit")), map[string]string{}
	for _, e := range p.Errors {
		field, _, _ := strings.Cut(strings.TrimPrefix(e.Pointer, "/"), "/")
		switch field {
		case "id", "name", "unit", "number", "uri", "aliases":
			f.Wrong[field] = strings.TrimSpace(f.Wrong[field] + " " + e.Detail)
		default:
			f.Others = append(f.Others, e.Detail)
		}
	}
	if len(p.Errors) == 0 {
		f.Others = append(f.Others, p.Detail)
	}
}

// detailsWrong shows an agent with what was typed and does not fit.
func (v *visit) detailsWrong(id string, form url.Values, p *client.Problem) (view, error) {
	s, err := v.agentSheet(id)
	if err != nil {
		return view{}, err
	}
	s.Details.typed(s.names, form, p)
	out := v.agentView(s)
	out.status = http.StatusUnprocessableEntity
	return out, nil
}

// newAgent is the form for an agent who is not there yet.
func (w *Web) newAgent(v *visit) (view, error) {
	d, err := v.directory()
	if err != nil {
		return view{}, err
	}
	f := agentForm{Units: unitOptions(d, v.r.URL.Query().Get("unit")), Dirs: v.directions(callas.DirectionNone)}
	return v.newAgentView(f), nil
}

func (v *visit) newAgentView(f agentForm) view {
	return view{page: "agent-new-page", part: "agent-new", title: v.say("agent.new"), nav: "agents", body: f}
}

func (v *visit) directions(chosen callas.Direction) []option {
	var out []option
	for _, d := range callas.Directions {
		out = append(out, option{string(d), v.direction(d), d == chosen})
	}
	return out
}

func (w *Web) createAgent(v *visit) (view, error) {
	form, err := v.form()
	if err != nil {
		return view{}, err
	}
	id := strings.TrimSpace(form.Get("id"))
	row := map[string]any{"name": form.Get("name"), "unit": form.Get("unit"), "number": form.Get("number"), "uri": form.Get("uri"),
		"aliases": listOf(strings.Fields(form.Get("aliases"))), "direction": form.Get("direction"), "enabled": true}
	err = callas.CheckID(id)
	if err != nil {
		err = &client.Problem{Status: http.StatusUnprocessableEntity, Errors: []callas.Problem{{Pointer: "/id", Detail: err.Error()}}}
	} else {
		_, err = v.api.Create(v.r.Context(), callas.KindAgent, id, row, form.Get("reason"))
	}
	if err == nil {
		return view{to: agentPath(id)}, nil
	}
	p, ok := asProblem(err)
	if !ok || p.Status != http.StatusUnprocessableEntity && p.Status != http.StatusPreconditionFailed && p.Status != http.StatusBadRequest {
		return view{}, err
	}
	if p.Status == http.StatusPreconditionFailed {
		p.Errors = []callas.Problem{{Pointer: "/id", Detail: v.say("agent.id_taken")}}
	}
	d, err := v.directory()
	if err != nil {
		return view{}, err
	}
	f := agentForm{ID: id, Dirs: v.directions(callas.Direction(form.Get("direction")))}
	f.typed(d, form, p)
	out := v.newAgentView(f)
	out.status = http.StatusUnprocessableEntity
	return out, nil
}

// deleteAgentForm asks whether an agent is to go, and why.
func (w *Web) deleteAgentForm(v *visit) (view, error) {
	a, err := v.staffed(v.r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	service, works := a.selected()
	body := struct {
		ID, Name string
		Calling  bool
	}{a.ID, a.Name, service != "" && works}
	return view{page: "agent-delete-page", part: "agent-delete", title: v.say("agent.delete_title", a.Name), nav: "agents", body: body}, nil
}

func (w *Web) deleteAgent(v *visit) (view, error) {
	form, err := v.form()
	if err != nil {
		return view{}, err
	}
	id := v.r.PathValue("id")
	reason := strings.TrimSpace(form.Get("reason"))
	if reason == "" {
		return view{}, v.refused(http.StatusUnprocessableEntity, "agent.reason_missing")
	}
	res, err := v.api.Open(v.r.Context(), client.Request{Method: http.MethodDelete, Path: "/v1/agents/" + url.PathEscape(id), Reason: reason})
	if err != nil {
		return view{}, err
	}
	_ = res.Body.Close() // it holds nothing
	token, err := callas.ParseToken(res.Header.Get("Callas-Revision"))
	if err != nil {
		return view{}, err
	}
	done := changeDone{Title: v.say("agent.deleted", id), Revision: token.Revision, Back: "/agents"}
	return v.doneView(done), nil
}

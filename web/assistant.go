package web

import (
	"errors"
	"net/http"
	"net/url"

	"callas"
	"callas/client"
)

// The Agent Assistant is where agents pick whom they call as. It shows what the server
// confirmed and nothing else: a choice counts as made when it comes back in the menu.
func (w *Web) assistantRoutes(mux *http.ServeMux) {
	mux.Handle("GET /assistant", w.page(w.assistantPage))
	mux.Handle("POST /assistant/session", w.page(w.assistantChoice))
	w.installRoutes(mux)
}

// assistantPage is the agent's own; others may look at it as the agent sees it.
func (w *Web) assistantPage(v *visit) (view, error) {
	agent := v.r.URL.Query().Get("agent")
	if agent == "" {
		agent = v.me.Agent
	}
	if agent == "" {
		return view{}, &client.Problem{Status: http.StatusForbidden, Title: v.say("asst.whose"), Detail: v.say("asst.whose_sub")}
	}
	menu, err := v.api.Menu(v.r.Context(), agent)
	if err != nil {
		return view{}, err
	}
	a := v.assistant(&menu.Menu, nil)
	a.Own = agent == v.me.Agent
	a.Query = v.r.URL.Query().Get("q")
	a.find()
	return assistantView(a), nil
}

func assistantView(a *assistant) view {
	return view{page: "assistant", part: "assistant-state", title: a.Title, body: a}
}

// assistantChoice carries out a wish: {profile}, {call_as} or both; empty is off duty, and
// None. What is not sent stays.
func (w *Web) assistantChoice(v *visit) (view, error) {
	if v.me.Agent == "" {
		return view{}, &client.Problem{Status: http.StatusForbidden, Title: v.say("asst.whose"), Detail: v.say("asst.only_theirs")}
	}
	form, err := v.form()
	if err != nil {
		return view{}, err
	}
	menu, err := v.api.SetSession(v.r.Context(), v.me.Agent, wish(form))
	if refused := refusal(err); refused != nil {
		return w.assistantRefused(v, refused)
	}
	if err != nil {
		return view{}, err
	}
	if !v.partial() {
		return view{to: "/assistant"}, nil
	}
	a := v.assistant(&menu.Menu, nil)
	a.Own = true
	return assistantView(a), nil
}

// wish is the session's change that a form asks for.
func wish(form url.Values) map[string]any {
	set := map[string]any{}
	for _, field := range []string{"profile", "call_as"} {
		switch {
		case !form.Has(field):
		case form.Get(field) == "":
			set[field] = nil
		default:
			set[field] = form.Get(field)
		}
	}
	return set
}

// refusal is a problem that says no to the wish itself.
func refusal(err error) *client.Problem {
	var p *client.Problem
	if !errors.As(err, &p) {
		return nil
	}
	switch p.Status {
	case http.StatusForbidden, http.StatusConflict, http.StatusUnprocessableEntity:
		return p
	}
	return nil
}

// assistantRefused shows what holds, and above it why the wish was refused.
func (w *Web) assistantRefused(v *visit, p *client.Problem) (view, error) {
	menu, err := v.api.Menu(v.r.Context(), v.me.Agent)
	if err != nil {
		return view{}, err
	}
	a := v.assistant(&menu.Menu, nil)
	a.Own = true
	a.Refused = &notice{Title: v.say("err.nothing_changed")}
	for _, item := range menu.Items {
		if item.Service == v.r.PostForm.Get("call_as") {
			a.Refused.Body = append(a.Refused.Body, v.say("asst.refused", item.Name))
		}
	}
	a.Refused.Body = append(a.Refused.Body, v.whyNot(p.Reasons)...)
	if len(p.Reasons) == 0 {
		a.Refused.Body = append(a.Refused.Body, p.Detail)
		for _, e := range p.Errors {
			a.Refused.Body = append(a.Refused.Body, e.Detail)
		}
	}
	out := assistantView(a)
	out.status = http.StatusUnprocessableEntity
	return out, nil
}

// whyNot are reasons as they are told to the agent whom they keep from a service.
func (w *words) whyNot(reasons []callas.Reason) []string {
	told := make([]string, len(reasons))
	for i, r := range reasons {
		if key := "asst.why." + string(r); w.has(key) {
			told[i] = w.say(key)
		} else {
			told[i] = w.reason(r)
		}
	}
	return told
}

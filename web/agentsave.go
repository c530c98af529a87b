package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"callas"
	"callas/client"
)

// An agentEdit is one change to an agent: a field, and what it is to be.
type agentEdit struct {
	Field string         // direction, enabled, profiles, responsible, details
	Under string         // the duty profile, of responsible
	patch map[string]any // RFC 7396
}

// saveAgent saves one field at once, under the revision that the form was made of.
func (w *Web) saveAgent(v *visit) (view, error) {
	id := v.r.PathValue("id")
	form, err := v.form()
	if err != nil {
		return view{}, err
	}
	edit, ok := editOf(form)
	rev, err := strconv.ParseInt(form.Get("rev"), 10, 64)
	if !ok || err != nil {
		return view{}, v.refused(http.StatusBadRequest, "agent.no_form")
	}
	conflict, err := v.patchAgent(id, edit, rev)
	if p, invalid := asProblem(err); invalid && p.Status == http.StatusUnprocessableEntity && edit.Field == "details" {
		return v.detailsWrong(id, form, p)
	}
	if err != nil {
		return view{}, err
	}
	if !v.partial() && conflict == nil {
		return view{to: agentPath(id)}, nil
	}
	s, err := v.agentSheet(id)
	if err != nil {
		return view{}, err
	}
	out := v.agentView(s)
	if s.Conflict = conflict; conflict != nil {
		conflict.Form, conflict.Rev = keep(form), s.Rev
		conflict.Theirs, conflict.Mine = v.valueOf(s.names, edit, &s.Agent), v.valueOf(s.names, edit, merged(&s.Agent, edit))
		out.status = http.StatusPreconditionFailed
		return out, nil
	}
	s.Saved = v.clock(v.web.Now().In(v.web.Zone))
	return out, nil
}

// editOf reads what a form of an agent's page sets.
func editOf(form url.Values) (agentEdit, bool) {
	e := agentEdit{Field: form.Get("set"), Under: form.Get("under")}
	switch e.Field {
	case "direction":
		e.patch = map[string]any{"direction": form.Get("direction")}
	case "enabled":
		e.patch = map[string]any{"enabled": form.Get("enabled") == "true"}
	case "profiles":
		e.patch = map[string]any{"profiles": listOf(form["profile"])}
	case "responsible":
		services := any(nil) // the profile goes
		if list := listOf(form["service"]); len(list) > 0 {
			services = list
		}
		e.patch = map[string]any{"responsible": map[string]any{e.Under: services}}
	case "details":
		e.patch = map[string]any{"name": form.Get("name"), "unit": form.Get("unit"), "number": form.Get("number"), "uri": form.Get("uri"),
			"aliases": listOf(strings.Fields(form.Get("aliases")))}
	default:
		return e, false
	}
	return e, e.Field != "responsible" || e.Under != ""
}

func listOf(values []string) []string { return append([]string{}, values...) }

// tries is how often an edit is sent again because something else of the row has moved.
const tries = 4

// patchAgent makes an edit. Where the row has moved meanwhile it looks what has: another
// field, or the visitor's own hand, is no reason not to; the same field by someone else
// is a conflict, and nothing is changed.
func (v *visit) patchAgent(id string, e agentEdit, rev int64) (*agentConflict, error) {
	base := rev
	for range tries {
		_, err := v.api.Patch(v.r.Context(), callas.KindAgent, id, e.patch, etag(rev), "")
		p, ok := asProblem(err)
		if !ok || p.Status != http.StatusPreconditionFailed || p.Current == nil {
			return nil, err
		}
		current := &callas.Agent{}
		if err := json.Unmarshal(p.Current, current); err != nil {
			return nil, err
		}
		conflict, err := v.movedBy(id, e, base)
		if conflict != nil || err != nil {
			return conflict, err
		}
		rev = current.Rev
	}
	return &agentConflict{}, nil
}

func etag(rev int64) string { return `"` + strconv.FormatInt(rev, 10) + `"` }

// An agentConflict is a field that someone else has changed since the form was made.
type agentConflict struct {
	Actor        string // empty: it is not known who
	At           time.Time
	Theirs, Mine string
	Form         url.Values // to send again as it was
	Rev          int64
}

// lookedAt is how many changes of an agent are looked through for who moved a field.
const lookedAt = 50

// movedBy finds the last change by someone else, after a revision, of what an edit sets.
func (v *visit) movedBy(id string, e agentEdit, rev int64) (*agentConflict, error) {
	changes, err := v.changesOf(callas.KindAgent, id, lookedAt)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if c.Revision.Revision <= rev {
			return nil, nil
		}
		if c.Actor == v.me.Name {
			continue
		}
		if e.movedIn(c, id) {
			return &agentConflict{Actor: c.Actor, At: c.At}, nil
		}
	}
	if len(changes) == lookedAt {
		return &agentConflict{}, nil // too far back to tell
	}
	return nil, nil
}

// movedIn reports whether a change is about what an edit sets, as far as its list of rows
// tells: a change of many that does not name the agent is taken for one.
func (e agentEdit) movedIn(c changeset, id string) bool {
	for _, edit := range c.Edits {
		if edit.ID == id && edit.Kind == callas.KindAgent {
			return e.touches(edit.Before, edit.After)
		}
	}
	return c.EditCount > len(c.Edits)
}

// touches reports whether a row's move is about what an edit sets.
func (e agentEdit) touches(before, after callas.Row) bool {
	was, _ := before.(*callas.Agent)
	is, _ := after.(*callas.Agent)
	if was == nil || is == nil {
		return true
	}
	switch e.Field {
	case "direction":
		return was.Direction != is.Direction
	case "enabled":
		return was.Enabled != is.Enabled
	case "profiles":
		return !sameMembers(was.Profiles, is.Profiles)
	case "responsible":
		return !sameMembers(was.Responsible[e.Under], is.Responsible[e.Under])
	}
	return was.Name != is.Name || was.Unit != is.Unit || was.Number != is.Number || was.URI != is.URI || !sameMembers(was.Aliases, is.Aliases)
}

func sameMembers(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// merged is an agent with an edit made.
func merged(a *callas.Agent, e agentEdit) *callas.Agent {
	out := *a
	out.Responsible = map[string][]string{}
	for profile, services := range a.Responsible {
		if profile != e.Under {
			out.Responsible[profile] = services
		}
	}
	text, err := json.Marshal(e.patch)
	if err != nil {
		return a // a patch is made of texts
	}
	_ = json.Unmarshal(text, &out)
	return &out
}

// keep is a form without the revision, which is another's by now.
func keep(form url.Values) url.Values {
	out := url.Values{}
	for key, values := range form {
		if key != "rev" {
			out[key] = values
		}
	}
	return out
}

// form reads what was posted.
func (v *visit) form() (url.Values, error) {
	if err := v.r.ParseForm(); err != nil {
		return nil, v.refused(http.StatusBadRequest, "agent.no_form")
	}
	return v.r.PostForm, nil
}

// refused is a problem of the page's own, told in the visitor's words.
func (v *visit) refused(status int, key string, args ...any) error {
	return &client.Problem{Type: "about:blank", Status: status, Title: v.say("err.nothing_changed"), Detail: v.say(key, args...)}
}

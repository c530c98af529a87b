package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"callas"
)

// The tabs of a service.
var serviceTabs = []string{"general", "agents", "profiles", "presentation"}

// A servicePage is one service, as its page and the drawer show it.
type servicePage struct {
	Row          serviceRow
	Tab          string
	Tabs         []choice
	In           string // drawer: beside the list
	Place, Above string
	May          map[string]bool   // update, delete
	Locked       map[string]bool   // fields that its importer keeps
	Form         *serviceForm      // general and presentation
	Agents       *serviceAgents    // agents
	Profiles     []profileOffering // profiles
	Units        []choice
	Done         *done
}

// service is one service.
func (w *Web) service(v *visit) (view, error) {
	return w.serviceWith(v, nil, v.r.URL.Query().Get("done"))
}

// serviceWith is one service with a form as it was sent, where there was something wrong
// with it, and with what has just been done.
func (w *Web) serviceWith(v *visit, form *serviceForm, revision string) (view, error) {
	id := v.r.PathValue("id")
	row, err := rowOf[serviceRow](v, callas.KindService, id, withUsage)
	if err != nil {
		return view{}, err
	}
	tree, err := v.units(nil)
	if err != nil {
		return view{}, err
	}
	p := &servicePage{Row: row, Tab: v.r.FormValue("tab"), In: v.inside(), Place: tree.Name(row.Unit), Above: tree.Above(row.Unit),
		Locked: lockedOf(row.Meta), May: v.mayAll(callas.KindService, tree, row.Unit), Form: form}
	if !slices.Contains(serviceTabs, p.Tab) {
		p.Tab = serviceTabs[0]
	}
	p.Tabs = v.options(p.Tab, "service.tab_", serviceTabs...)
	if p.Form == nil {
		p.Form = v.serviceForm(row.Service, p.Tab)
	}
	if err := w.fillTab(v, p, tree); err != nil {
		return view{}, err
	}
	if p.Done, err = v.doneBy(revision, "/services/"+url.PathEscape(id)+"?tab="+p.Tab); err != nil {
		return view{}, err
	}
	return view{page: "service", part: "service-part", title: row.Name, nav: "services", body: p, status: p.Form.status()}, nil
}

// inside is drawer where a page is asked for in the drawer of a list.
func (v *visit) inside() string {
	if v.partial() && v.r.FormValue("in") == "drawer" {
		return "drawer"
	}
	return ""
}

// fillTab reads what a tab shows beside the service itself.
func (w *Web) fillTab(v *visit, p *servicePage, tree *unitTree) (err error) {
	switch p.Tab {
	case "general":
		p.Units = tree.choices(p.Form.Unit, func(u unitRow) bool {
			return u.ID == p.Form.Unit || v.may(callas.Update, callas.KindService, tree, u.ID)
		})
	case "agents":
		p.Agents, err = v.serviceAgents(p.Row, tree)
	case "profiles":
		p.Profiles, err = v.profileOfferings(p.Row, tree)
	}
	return err
}

// A serviceAgents is who has to do with a service.
type serviceAgents struct {
	Responsible, May, Calling int
	Lines                     []serviceAgent
	More                      bool // there are more than are shown
}

// A serviceAgent is an agent who has to do with a service.
type serviceAgent struct {
	ID, Name, Place string
	Under           []string // the profiles that they answer for it under
	May, Calling    bool
}

// shownAgents is how many of a service's agents its page shows; the rest are a link away.
const shownAgents = 50

func (v *visit) serviceAgents(s serviceRow, tree *unitTree) (*serviceAgents, error) {
	profiles, _, err := listed[callas.Profile](v, callas.KindProfile, nil, 0)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, p := range profiles {
		names[p.ID] = p.Name
	}
	out, seen := &serviceAgents{}, map[string]bool{}
	// Who calls as it now first, then who may, then who would be responsible.
	for i, filter := range []string{"calling_as", "may_call_as", "responsible"} {
		agents, total, err := listed[callas.Agent](v, callas.KindAgent, url.Values{filter: {s.ID}}, shownAgents)
		if err != nil {
			return nil, err
		}
		*[]*int{&out.Calling, &out.May, &out.Responsible}[i] = total
		slices.SortFunc(agents, func(a, b callas.Agent) int { return byName(a.Name, b.Name) })
		for _, a := range agents {
			if seen[a.ID] || len(out.Lines) == shownAgents {
				continue
			}
			seen[a.ID] = true
			out.Lines = append(out.Lines, serviceAgent{ID: a.ID, Name: a.Name, Place: tree.Name(a.Unit),
				Calling: i == 0, May: i <= 1, Under: under(a, s.ID, names)})
		}
	}
	out.More = max(out.Responsible, out.May, out.Calling) > len(out.Lines)
	return out, nil
}

// under names the profiles that an agent answers for a service under.
func under(a callas.Agent, service string, names map[string]string) (out []string) {
	for profile, services := range a.Responsible {
		if slices.Contains(services, service) {
			out = append(out, cmp.Or(names[profile], profile))
		}
	}
	slices.Sort(out)
	return out
}

func ifMatch(rev int64) string { return `"` + strconv.FormatInt(rev, 10) + `"` }

// after shows a service's page with what was done to a row: at once to htmx, and by a
// redirect to a browser alone.
func (w *Web) after(v *visit, row []byte, to string) (view, error) {
	var meta callas.Meta
	rev := strconv.FormatInt(revisionOf(row, &meta), 10)
	if v.partial() {
		return w.serviceWith(v, nil, rev)
	}
	return view{to: to + "&done=" + rev, status: http.StatusSeeOther}, nil
}

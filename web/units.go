package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"callas"
	"callas/client"
)

func (w *Web) unitRoutes(mux *http.ServeMux) {
	mux.Handle("GET /units", w.page(w.unitList))
	mux.Handle("GET /new/unit", w.page(w.newUnit))
	mux.Handle("POST /new/unit", w.page(w.createUnit))
	mux.Handle("GET /units/{id}", w.page(w.unit))
	mux.Handle("POST /units/{id}", w.page(w.saveUnit))
	mux.Handle("GET /units/{id}/delete", w.page(w.deleteUnit))
	mux.Handle("POST /units/{id}/delete", w.page(w.deleteUnit))
}

// A unitLine is one unit of the tree.
type unitLine struct {
	unitRow
	Depth  int
	Theirs bool // above the visitor's own units: seen, and nothing more
	May    bool // create a unit below it
}

// unitList is the tree.
func (w *Web) unitList(v *visit) (view, error) {
	tree, err := v.units(withUsage)
	if err != nil {
		return view{}, err
	}
	body := struct {
		Lines  []unitLine
		Mine   int
		MayTop bool // create a unit without one above it
		Done   *done
	}{MayTop: v.may(callas.Create, callas.KindUnit, tree, "")}
	for _, u := range tree.rows {
		line := unitLine{u, min(tree.depth[u.ID], maxIndent), v.me.Role == callas.RoleSupervisor && !tree.within(u.ID, v.me.Units),
			v.may(callas.Create, callas.KindUnit, tree, u.ID)}
		if !line.Theirs {
			body.Mine++
		}
		body.Lines = append(body.Lines, line)
	}
	body.Done, err = v.doneBy(v.r.URL.Query().Get("done"), "/units")
	return view{page: "units", part: "unit-results", title: v.say("nav.units"), nav: "units", body: body}, err
}

// maxIndent is how many levels are shown by indentation; css/6-edit.css has a class for each.
const maxIndent = 8

// deleteUnit shows what stands against deleting a unit, and deletes it where nothing does.
func (w *Web) deleteUnit(v *visit) (view, error) {
	f, err := v.asked()
	if err != nil {
		return view{}, err
	}
	id := v.r.PathValue("id")
	row, err := rowOf[unitRow](v, callas.KindUnit, id, withUsage)
	if err != nil {
		return view{}, err
	}
	p := v.newPlan("delete", callas.KindUnit, id, row.Name, f)
	p.Rev = strconv.FormatInt(row.Rev, 10)
	if confirmed(f) {
		out, err := v.remove(callas.KindUnit, id, f, "/units")
		var refused *client.Problem
		if p.Moved = moved(err); !p.Moved && (!errors.As(err, &refused) || !refused.Says("conflict")) {
			return out, err
		}
		if refused != nil { // something has come into it since, or stands against it that is not the visitor's to see
			for _, e := range refused.Errors {
				p.Notes = append(p.Notes, e.Detail)
			}
		}
	}
	profiles, err := v.count(callas.KindProfile, url.Values{"unit": {id}})
	if err != nil {
		return view{}, err
	}
	at := "?unit=" + url.QueryEscape(id)
	p.fact(row.Usage.Agents, v.say("plan.unit_agents", row.Usage.Agents), "/agents"+at)
	p.fact(row.Usage.Services, v.say("plan.unit_services", row.Usage.Services), "/services"+at)
	p.fact(row.Usage.Units, v.say("plan.unit_units", row.Usage.Units), "/units#u-"+id)
	p.fact(profiles, v.say("plan.unit_profiles", profiles), "/profiles"+at)
	p.Against = len(p.Facts)+len(p.Notes) > 0
	p.Head = v.say("plan.unit_empty")
	if p.Against {
		p.Head = v.say("plan.unit_against")
	}
	return w.planned(v, p, "units"), nil
}

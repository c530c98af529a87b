package web

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"callas"
)

// A directory is the units, services and profiles that a visitor may see: what agents
// name by their ids.
type directory struct {
	Units    []*callas.Unit    // as a tree: each before those below it
	Services []*callas.Service // by name
	Profiles []*callas.Profile // by name

	units    map[string]*callas.Unit
	services map[string]*callas.Service
	profiles map[string]*callas.Profile
}

func (v *visit) directory() (*directory, error) {
	d := &directory{units: map[string]*callas.Unit{}, services: map[string]*callas.Service{}, profiles: map[string]*callas.Profile{}}
	var err error
	if d.Units, err = everyRow(v, callas.KindUnit, d.units); err != nil {
		return nil, err
	}
	if d.Services, err = everyRow(v, callas.KindService, d.services); err != nil {
		return nil, err
	}
	if d.Profiles, err = everyRow(v, callas.KindProfile, d.profiles); err != nil {
		return nil, err
	}
	slices.SortFunc(d.Units, func(a, b *callas.Unit) int {
		return slices.CompareFunc(d.path(a.ID), d.path(b.ID), strings.Compare)
	})
	slices.SortFunc(d.Services, func(a, b *callas.Service) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(d.Profiles, func(a, b *callas.Profile) int { return strings.Compare(a.Name, b.Name) })
	return d, nil
}

// everyRow reads all rows of a kind, and notes them by their ids.
func everyRow[R any, P interface {
	*R
	callas.Row
}](v *visit, k callas.Kind, byID map[string]*R) ([]*R, error) {
	page, err := v.api.List(v.r.Context(), k, url.Values{}, 0)
	if err != nil {
		return nil, err
	}
	rows := make([]*R, len(page.Items))
	for i, text := range page.Items {
		rows[i] = new(R)
		if err := json.Unmarshal(text, rows[i]); err != nil {
			return nil, err
		}
		byID[P(rows[i]).Key()] = rows[i]
	}
	return rows, nil
}

// path is the names of a unit and those above it, from the top. It ends even where the
// tree is none, and at what the visitor may not see.
func (d *directory) path(unit string) []string {
	var names []string
	for u := d.units[unit]; u != nil && len(names) <= len(d.units); u = d.units[u.Parent] {
		names = append(names, u.Name)
	}
	if names == nil {
		return []string{unit}
	}
	slices.Reverse(names)
	return names
}

// where is a unit's path as people read it: Nordhang › London › Customer Care.
func (d *directory) where(unit string) string { return strings.Join(d.path(unit), " › ") }

// service is a service as it is shown: one that the visitor may not see by its id.
func (d *directory) service(id string) *callas.Service {
	if s := d.services[id]; s != nil {
		return s
	}
	return &callas.Service{ID: id, Name: id}
}

func (d *directory) profile(id string) *callas.Profile {
	if p := d.profiles[id]; p != nil {
		return p
	}
	return &callas.Profile{ID: id, Name: id}
}

// serviceNames are services' names in a row.
func (d *directory) serviceNames(ids []string) string {
	return joined(ids, func(id string) string { return d.service(id).Name })
}

func (d *directory) profileNames(ids []string) string {
	return joined(ids, func(id string) string { return d.profile(id).Name })
}

func joined(ids []string, name func(string) string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = name(id)
	}
	return strings.Join(names, ", ")
}

package server

import (
	"net/url"
	"slices"
	"strings"

	"callas"
	"callas/giveway"
	"callas/hint"
	"callas/settings"
	"callas/state"
)

// What a list of a kind can tell beside its rows: ?with=menu,session.
const (
	withMenu    = "menu"
	withSession = "session"
	withUsage   = "usage"
)

func withOf(k callas.Kind) []string {
	if k == callas.KindAgent {
		return []string{withMenu, withSession}
	}
	return []string{withUsage}
}

// takeWith takes what else is to be told out of a query.
func takeWith(k callas.Kind, values url.Values) (with []string, problems []callas.Problem) {
	said, ok := values["with"]
	if !ok {
		return nil, nil
	}
	delete(values, "with")
	p := refuse(badRequest, "see errors")
	if len(said) > 1 {
		p.at("/with", "is given twice: write with=%s", strings.Join(withOf(k), ","))
	}
	for word := range strings.SplitSeq(said[0], ",") {
		if !slices.Contains(withOf(k), word) {
			p.at("/with", "%.64q cannot be told with %ss%s", word, k, hint.OneOf(word, withOf(k)))
		}
		with = append(with, word)
	}
	return with, p.Errors
}

// A rowWith is a row with what was asked for beside it.
type (
	agentWith struct {
		*callas.Agent
		Menu    *menuShort      `json:"menu,omitempty"`
		Session *callas.Session `json:"session,omitempty"`
	}
	serviceWith struct {
		*callas.Service
		Usage settings.ServiceUsage `json:"usage"`
	}
	profileWith struct {
		*callas.Profile
		Usage settings.ProfileUsage `json:"usage"`
	}
	unitWith struct {
		*callas.Unit
		Usage settings.UnitUsage `json:"usage"`
	}
)

// A menuShort is a menu as a table of agents has room for.
type menuShort struct {
	Available int            `json:"available"`
	Total     int            `json:"total"`
	Services  []menuShortRow `json:"services"`
}

type menuShortRow struct {
	Service   string `json:"service"`
	Available bool   `json:"available"`
}

// with tells of rows of one kind what was asked for beside them.
func (s *Server) with(r *request, v *sight, k callas.Kind, with []string, rows []callas.Row) ([]any, error) {
	out := make([]any, len(rows))
	if k == callas.KindAgent {
		if err := v.demand(r, callas.KindSession); err != nil {
			return nil, err
		}
		err := giveway.InParallel(r.ctx, len(rows), func(i int) (err error) {
			out[i], err = s.agentWith(r, v.sn, rows[i].(*callas.Agent), with)
			return err
		})
		return out, err
	}
	survey := settings.Survey{Menus: s.Engine, Visible: v.visible(), Now: s.Now()}
	switch k {
	case callas.KindService:
		usage, err := survey.Services(r.ctx, v.sn, rowsOf[*callas.Service](rows))
		if err != nil {
			return nil, err
		}
		for i, u := range usage {
			out[i] = serviceWith{rows[i].(*callas.Service), u}
		}
	case callas.KindProfile:
		for i, u := range survey.Profiles(v.sn, rowsOf[*callas.Profile](rows)) {
			out[i] = profileWith{rows[i].(*callas.Profile), u}
		}
	case callas.KindUnit:
		for i, u := range survey.Units(v.sn, rowsOf[*callas.Unit](rows)) {
			out[i] = unitWith{rows[i].(*callas.Unit), u}
		}
	}
	return out, nil
}

func (s *Server) agentWith(r *request, sn *state.Snapshot, a *callas.Agent, with []string) (agentWith, error) {
	out := agentWith{Agent: a}
	if slices.Contains(with, withSession) {
		out.Session = s.sessionOf(sn, a.ID)
	}
	if !slices.Contains(with, withMenu) {
		return out, nil
	}
	menu, err := s.Engine.Menu(r.ctx, sn, a.ID)
	if err != nil {
		return out, err
	}
	out.Menu = &menuShort{Total: len(menu.Items), Services: make([]menuShortRow, len(menu.Items))}
	for i, item := range menu.Items {
		if out.Menu.Services[i] = (menuShortRow{item.Service, item.Available}); item.Available {
			out.Menu.Available++
		}
	}
	return out, nil
}

// rowsOf gives rows of one kind their type.
func rowsOf[R callas.Row](rows []callas.Row) []R {
	out := make([]R, len(rows))
	for i, row := range rows {
		out[i] = row.(R)
	}
	return out
}

package web

import (
	"encoding/json"
	"slices"
	"strings"

	"callas"
)

// A staffed agent is one with what a table shows beside it: ?with=menu,session.
type staffed struct {
	callas.Agent
	Menu struct {
		Available int `json:"available"`
		Total     int `json:"total"`
		Services  []struct {
			Service   string `json:"service"`
			Available bool   `json:"available"`
		} `json:"services"`
	} `json:"menu"`
	Session *callas.Session `json:"session"`
}

func staffedOf(text json.RawMessage) (*staffed, error) {
	a := &staffed{}
	return a, json.Unmarshal(text, a)
}

// active is the duty profile that counts: one that the agent has.
func (a *staffed) active() string {
	if a.Session == nil || !slices.Contains(a.Profiles, a.Session.Profile) {
		return ""
	}
	return a.Session.Profile
}

// selected is the service under Call As, and whether calls go out as it.
func (a *staffed) selected() (service string, works bool) {
	if a.Session == nil || a.Session.CallAs == "" {
		return "", false
	}
	for _, s := range a.Menu.Services {
		if s.Service == a.Session.CallAs {
			return s.Service, s.Available
		}
	}
	return a.Session.CallAs, false
}

// shownTiles is how many services a row has room for.
const shownTiles = 6

// An agentRow is a row of the table of agents.
type agentRow struct {
	ID, Name, Line string
	Unit, Above    string
	Source         string // the importer that keeps a field; empty: nobody
	Enabled        bool
	Profile        string // the active one's name; empty: none
	OffDuty        bool
	Direction      callas.Direction
	May            []serviceTile
	More           int // services beside those
	Available      int
	Total          int
	MayText        string
	Now            *serviceTile // what they call as; nil: themselves
	Withdrawn      bool         // they chose it, and may not
	Flash          bool
}

// A serviceTile is a service as a small square.
type serviceTile struct {
	*callas.Service
	Available bool
}

func (v *visit) agentRow(d *directory, a *staffed) agentRow {
	path := d.path(a.Unit)
	row := agentRow{ID: a.ID, Name: a.Name, Line: lineOf(a.Agent, v.web.Spell), Enabled: a.Enabled, Direction: a.Direction,
		Unit: path[len(path)-1], Above: strings.Join(path[:len(path)-1], " › "), Available: a.Menu.Available, Total: a.Menu.Total}
	if len(a.Locked) > 0 {
		row.Source = a.Source
	}
	if id := a.active(); id != "" {
		p := d.profile(id)
		row.Profile, row.OffDuty = p.Name, p.OffDuty
	}
	var yes, no []string
	for _, s := range a.Menu.Services {
		tile := serviceTile{d.service(s.Service), s.Available}
		if s.Available {
			yes = append(yes, tile.Name)
		} else {
			no = append(no, tile.Name)
		}
		if len(row.May) < shownTiles {
			row.May = append(row.May, tile)
		}
	}
	row.More = len(a.Menu.Services) - len(row.May)
	row.MayText = v.say("agents.may_text", v.names(yes), v.names(no))
	if id, works := a.selected(); id != "" {
		row.Now, row.Withdrawn = &serviceTile{d.service(id), works}, !works
	}
	return row
}

func (v *visit) names(list []string) string {
	if len(list) == 0 {
		return v.say("agents.may_nothing")
	}
	return strings.Join(list, ", ")
}

// lineOf is what tells two agents of one name apart: the id, and how one reaches them.
func lineOf(a callas.Agent, spell func(string) string) string {
	for _, alias := range a.Aliases {
		if strings.Trim(alias, "0123456789") == "" {
			return a.ID + " · " + alias
		}
	}
	if a.Number != "" {
		return a.ID + " · " + spell(a.Number)
	}
	return a.ID
}

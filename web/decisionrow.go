package web

import (
	"encoding/json"
	"strings"
	"time"

	"callas"
	"callas/client"
)

// A decisionRow is a decision as the list shows it, the place of some that are not on record,
// or that somebody was shown whom one was for.
type decisionRow struct {
	Lost     uint64 // how many could not be recorded; then there is nothing else but At
	Revealed string // a decision of which By was shown whom it was for; then there is nothing else but At and Why
	By       string
	ForWhat  string
	Hidden   bool // whom the call was for can be shown
	Seq      uint64
	ID       string
	At       time.Time
	Agent    string // an id; empty for an unknown agent
	Who      string // the agent's name, or what the platform called them
	Callee   string // as the record has it: masked
	Class    callas.Class
	Country  string
	Masked   string // how the callee is hidden; empty: not at all
	Asked    string // the service that the call asked for; empty: the agent's selection
	AskedFor string
	Modality callas.Modality
	As       callas.As
	Service  string
	Shown    *callas.Identity
	Hue      string
	Reasons  []callas.Reason
	Took     time.Duration
	Platform string
	CallID   string
	Revision callas.Token
	Policy   string
	Stale    bool
	Fresh    bool // came while the page was open
}

// Micros is how long the decision took, in µs.
func (d decisionRow) Micros() int { return int(d.Took / time.Microsecond) }

// Short is the beginning of the policy's digest.
func (d decisionRow) Short() string { return whyShort(d.Policy) }

// Why is where the decision is explained.
func (d decisionRow) Why() string { return "/why?at=" + d.ID }

// AsService reports whether the call went out as a service.
func (d decisionRow) AsService() bool { return d.As == callas.AsService }

// decisionRows reads a page of the record. Names are looked up once each.
func (v *visit) decisionRows(items []json.RawMessage) ([]decisionRow, error) {
	names := decisionNames{visit: v, agents: map[string]string{}, services: map[string]callas.Service{}}
	rows := make([]decisionRow, 0, len(items))
	for _, raw := range items {
		var d client.Recorded
		if err := json.Unmarshal(raw, &d); err != nil {
			return nil, err
		}
		row, err := names.row(d)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

type decisionNames struct {
	*visit
	agents   map[string]string
	services map[string]callas.Service
}

func (n decisionNames) row(d client.Recorded) (row decisionRow, err error) {
	row = decisionRow{Lost: d.Lost, Seq: d.Seq, ID: d.ID, At: d.At, Agent: d.Agent, Class: d.Target.Class, Country: d.Target.Country,
		Masked: d.Masked, Asked: d.CallAs, Modality: d.Modality, As: d.As, Service: d.Service, Shown: d.Identity, Hue: "self",
		Revealed: d.Revealed, By: d.By, ForWhat: d.Why, Hidden: d.Revealable,
		Reasons: d.Reasons, Took: d.Latency, Platform: d.Platform, CallID: d.CallID, Revision: d.Revision, Policy: d.Policy, Stale: d.Stale}
	if d.Lost > 0 || d.Revealed != "" {
		return row, nil
	}
	if row.Callee = d.Target.URI; d.Target.Number != "" {
		row.Callee = n.spellMasked(d.Target.Number)
	}
	switch {
	case d.As == callas.AsAgent && d.Identity != nil:
		row.Who = d.Identity.Name
	case d.Agent != "":
		row.Who, err = n.agent(d.Agent)
	default:
		row.Who = d.Asked
	}
	if err != nil {
		return row, err
	}
	if d.As == callas.AsService {
		s, err := n.service(d.Service)
		if err != nil {
			return row, err
		}
		row.Hue = hue(s.Hue, d.Service)
	}
	switch row.Asked {
	case "":
	case callas.CallAsNone:
		row.AskedFor = n.say("dec.none")
	default:
		s, err := n.service(row.Asked)
		row.AskedFor = s.Name
		return row, err
	}
	return row, nil
}

// spellMasked groups a number that is whole; of a masked one nothing is known to group.
func (n decisionNames) spellMasked(number string) string {
	if strings.HasPrefix(number, "+") && !strings.Contains(number, "*") {
		return n.web.Spell(number)
	}
	return strings.ReplaceAll(number, "*", "•")
}

func (n decisionNames) agent(id string) (string, error) {
	if name, ok := n.agents[id]; ok {
		return name, nil
	}
	row, err := whyRow[callas.Agent](n.visit, callas.KindAgent, id)
	n.agents[id] = id
	if row != nil && err == nil {
		n.agents[id] = row.Name
	}
	return n.agents[id], err
}

func (n decisionNames) service(id string) (callas.Service, error) {
	if s, ok := n.services[id]; ok {
		return s, nil
	}
	row, err := whyRow[callas.Service](n.visit, callas.KindService, id)
	n.services[id] = callas.Service{ID: id, Name: id}
	if row != nil && err == nil {
		n.services[id] = *row
	}
	return n.services[id], err
}

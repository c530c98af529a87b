package web

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"callas/client"
)

// decisionColumns of an export: the words of the API, whatever the reader's language.
var decisionColumns = []string{"at", "decision", "agent", "asked", "callee", "class", "country", "modality", "call_as", "as", "service",
	"shown_name", "shown_number", "reasons", "latency_us", "platform", "call_id", "revision", "policy", "stale", "lost", "revealed_by", "revealed_for"}

// exportDecisions sends what a filter selects, masked as it is shown.
func (w *Web) exportDecisions(v *visit) (view, error) {
	query, err := v.decisionQuery()
	if err != nil {
		return view{}, err
	}
	return v.export(rowExport{name: "callas-decisions", path: "/v1/decisions", more: "cursor", query: query, header: decisionColumns, cells: v.decisionCells})
}

func (v *visit) decisionCells(item json.RawMessage) ([][]string, error) {
	var d client.Recorded
	if err := json.Unmarshal(item, &d); err != nil {
		return nil, err
	}
	at := d.At.In(v.web.Zone).Format(time.RFC3339Nano)
	line := make([]string, len(decisionColumns))
	switch end := len(line); {
	case d.Lost > 0:
		line[0], line[end-3] = at, strconv.FormatUint(d.Lost, 10)
		return [][]string{line}, nil
	case d.Revealed != "":
		line[0], line[1], line[end-2], line[end-1] = at, d.Revealed, d.By, d.Why
		return [][]string{line}, nil
	}
	callee := d.Target.Number
	if callee == "" {
		callee = d.Target.URI
	}
	reasons := make([]string, len(d.Reasons))
	for i, r := range d.Reasons {
		reasons[i] = string(r)
	}
	name, number := "", ""
	if d.Identity != nil {
		name, number = d.Identity.Name, d.Identity.Number
	}
	return [][]string{{at, d.ID, d.Agent, d.Asked, callee, string(d.Target.Class), d.Target.Country, string(d.Modality), d.CallAs, string(d.As), d.Service,
		name, number, strings.Join(reasons, " "), strconv.FormatInt(d.Latency.Microseconds(), 10), d.Platform, d.CallID, d.Revision.String(), d.Policy,
		strconv.FormatBool(d.Stale), "", "", ""}}, nil
}

package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"callas"
	"callas/client"
)

// auditColumns of an export: a line a field, with the values as the API has them.
var auditColumns = []string{"revision", "at", "actor", "origin", "reason", "kind", "id", "action", "field", "from", "to"}

// exportAudit sends the changes that a filter selects, whole.
func (w *Web) exportAudit(v *visit) (view, error) {
	asked := url.Values{}
	for _, key := range auditFilters {
		if value := v.r.URL.Query().Get(key); value != "" {
			asked.Set(key, value)
		}
	}
	return v.export(rowExport{name: "callas-audit", path: "/v1/changes", more: "before", query: v.auditQuery(asked), header: auditColumns, cells: v.auditCells})
}

// auditCells are the lines of a change. What the list leaves out of a large one is read.
func (v *visit) auditCells(item json.RawMessage) (lines [][]string, err error) {
	var c changeset
	if err := json.Unmarshal(item, &c); err != nil {
		return nil, err
	}
	revision := strconv.FormatInt(c.Revision.Revision, 10)
	for cursor := ""; ; {
		for _, e := range c.Edits {
			head := []string{revision, c.At.In(v.web.Zone).Format(time.RFC3339Nano), c.Actor, c.Origin, c.Reason, string(e.Kind), e.ID}
			lines = append(lines, auditLines(head, e)...)
		}
		if cursor == "" && len(c.Edits) < c.EditCount {
			cursor = strconv.Itoa(len(c.Edits))
		}
		if cursor == "" {
			return lines, nil
		}
		var more struct {
			changeset
			Next string `json:"next"`
		}
		err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/changes/" + revision,
			Query: url.Values{"cursor": {cursor}, "limit": {"1000"}}}, &more)
		if err != nil {
			return nil, err
		}
		c.Edits, c.EditCount, cursor = more.Edits, len(more.Edits), more.Next
	}
}

// auditLines are an edit's: one for each field that moved.
func auditLines(head []string, e callas.Edit) (lines [][]string) {
	line := func(action, field, from, to string) {
		lines = append(lines, append(append([]string{}, head...), action, field, from, to))
	}
	switch {
	case e.Before == nil:
		line("create", "", "", rowJSON(e.After))
	case e.After == nil:
		line("delete", "", rowJSON(e.Before), "")
	default:
		from, to := rowFields(e.Before), rowFields(e.After)
		for _, key := range sortedKeys(eitherField(from, to)) {
			if was, is := rowJSON(from[key]), rowJSON(to[key]); key != "rev" && was != is {
				line("update", key, was, is)
			}
		}
	}
	return lines
}

func eitherField(a, b map[string]any) map[string]any {
	all := map[string]any{}
	for _, m := range []map[string]any{a, b} {
		for key := range m {
			all[key] = nil
		}
	}
	return all
}

// rowJSON is a value as the API has it; a text without its quotes.
func rowJSON(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	if value == nil {
		return ""
	}
	text, _ := json.Marshal(value)
	return string(text)
}

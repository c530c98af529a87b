package web

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"callas/client"
)

// csvPage is how many agents the export asks for at once.
const csvPage = 1000

// agentsCSV sends what the filter matches as a table for spreadsheets, while it is read
// page by page: RFC 4180, UTF-8 with the mark by which spreadsheets know it.
func (w *Web) agentsCSV(rw http.ResponseWriter, r *http.Request) {
	v := w.stranger(rw, r)
	v.api = w.api.As(w.token(r))
	query := filterOf(r.URL.Query())
	query.Set("with", "menu,session")
	query.Set("limit", strconv.Itoa(csvPage))
	d, err := v.directory()
	var page client.Page
	if err == nil {
		err = v.api.Do(r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/agents", Query: query}, &page)
	}
	if err != nil {
		w.fail(v, err)
		return
	}
	h := rw.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="agents.csv"`)
	h.Set("Cache-Control", "no-store")
	out := csv.NewWriter(rw)
	_, _ = rw.Write([]byte("\ufeff"))
	_ = out.Write(strings.Split("id,name,unit,enabled,direction,number,aliases,profiles,responsible,active_profile,call_as,may_call_as,source", ","))
	for {
		v.takes(writeTime)
		if err := writeAgents(out, d, page.Items); err != nil {
			break
		}
		if page.Next == "" || len(page.Items) == 0 {
			return
		}
		query.Set("cursor", page.Next)
		page = client.Page{}
		if err := v.api.Do(r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/agents", Query: query}, &page); err != nil {
			break
		}
	}
	panic(http.ErrAbortHandler) // cut, so that nobody takes a part for the whole
}

func writeAgents(out *csv.Writer, d *directory, items []json.RawMessage) error {
	for _, text := range items {
		a, err := staffedOf(text)
		if err != nil {
			return err
		}
		var responsible, may []string
		for _, profile := range sortedKeys(a.Responsible) {
			for _, service := range a.Responsible[profile] {
				responsible = append(responsible, profile+":"+service)
			}
		}
		for _, s := range a.Menu.Services {
			if s.Available {
				may = append(may, s.Service)
			}
		}
		callAs, works := a.selected()
		if !works {
			callAs = ""
		}
		record := []string{a.ID, a.Name, d.where(a.Unit), strconv.FormatBool(a.Enabled), string(a.Direction), a.Number, strings.Join(a.Aliases, " "),
			strings.Join(a.Profiles, " "), strings.Join(responsible, " "), a.active(), callAs, strings.Join(may, " "), a.Source}
		for i := range record {
			record[i] = harmless(record[i])
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula. A telephone number is
// none: with the mark before it, it would be none of a telephone either.
func harmless(text string) string {
	first, _ := utf8.DecodeRuneInString(text)
	if !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) || text == "" || first == '+' && strings.Trim(text[1:], "0123456789") == "" {
		return text
	}
	return "'" + text
}

// splitIDs reads ids that are written with commas between.
func splitIDs(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

// asProblem is the API's problem that an error is, if it is one.
func asProblem(err error) (*client.Problem, bool) {
	var p *client.Problem
	return p, errors.As(err, &p)
}

// staffed reads an agent with its menu and session.
func (v *visit) staffed(id string) (*staffed, error) {
	a := &staffed{}
	return a, v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/agents/" + url.PathEscape(id),
		Query: url.Values{"with": {"menu,session"}}}, a)
}

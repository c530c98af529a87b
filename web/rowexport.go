package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"time"

	"callas/client"
)

// A rowExport is a list as a file: a page of the API at a time, so that its length does
// not matter.
type rowExport struct {
	name   string // of the file, without its ending
	path   string // of the API's list
	more   string // how the list calls the next page
	query  map[string][]string
	header []string
	cells  func(item json.RawMessage) ([][]string, error) // an item as lines of a table
}

// exportPage is how many items are asked for at a time.
const exportPage = 500

// exportTime is how long one page of an export may take to be read.
const exportTime = time.Minute

// export sends the file that was asked for: format=csv, or jsonl with what the API says.
func (v *visit) export(e rowExport) (view, error) {
	asJSON := v.r.URL.Query().Get("format") == "jsonl"
	query := map[string][]string{"limit": {whyNumber(exportPage)}}
	for key, value := range e.query {
		query[key] = value
	}
	out := http.NewResponseController(v.w)
	table := csv.NewWriter(v.w)
	for first := true; ; first = false {
		var page client.Page
		if err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: e.path, Query: query}, &page); err != nil {
			if first {
				return view{}, err
			}
			v.web.Log.Error("export broke off", "path", e.path, "err", err)
			panic(http.ErrAbortHandler) // nobody may take it for whole
		}
		if first {
			e.begin(v, asJSON)
			if !asJSON {
				_, _ = v.w.Write([]byte("\ufeff")) // by which spreadsheets know UTF-8
				_ = table.Write(e.header)
			}
		}
		_ = out.SetWriteDeadline(time.Now().Add(exportTime))
		for _, item := range page.Items {
			if asJSON {
				_, _ = v.w.Write(append(item, '\n'))
				continue
			}
			lines, err := e.cells(item)
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			for _, line := range lines {
				for i := range line {
					line[i] = harmless(line[i])
				}
				_ = table.Write(line)
			}
		}
		table.Flush()
		if page.Next == "" || out.Flush() != nil || v.r.Context().Err() != nil {
			return view{done: true}, nil
		}
		query[e.more] = []string{page.Next}
	}
}

func (e rowExport) begin(v *visit, asJSON bool) {
	media, ending := "text/csv; charset=utf-8; header=present", ".csv"
	if asJSON {
		media, ending = "application/x-ndjson", ".jsonl"
	}
	h := v.w.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", `attachment; filename="`+e.name+"-"+v.web.Now().In(v.web.Zone).Format("2006-01-02")+ending+`"`)
}

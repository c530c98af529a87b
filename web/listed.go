package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"callas"
	"callas/client"
)

// listed reads the rows of a kind that a filter selects, at most limit of them (0: all),
// and how many there are.
func listed[R any](v *visit, k callas.Kind, filter url.Values, limit int) ([]R, int, error) {
	page, err := v.api.List(v.r.Context(), k, filter, limit)
	if err != nil {
		return nil, 0, err
	}
	rows := make([]R, len(page.Items))
	for i, item := range page.Items {
		if err := json.Unmarshal(item, &rows[i]); err != nil {
			return nil, 0, fmt.Errorf("%ss: %w", k, err)
		}
	}
	return rows, page.Total, nil
}

// count tells how many rows of a kind a filter selects.
func (v *visit) count(k callas.Kind, filter url.Values) (int, error) {
	_, total, err := listed[struct{}](v, k, filter, 1)
	return total, err
}

// rowOf reads one row, with what query asks for beside it.
func rowOf[R any](v *visit, k callas.Kind, id string, query url.Values) (R, error) {
	var row R
	err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/" + string(k) + "s/" + url.PathEscape(id), Query: query}, &row)
	return row, err
}

var withUsage = url.Values{"with": {"usage"}}

// pageRows is how many rows a page of a list shows.
const pageRows = 50

// A pager is where in a list a page is.
type pager struct {
	Found, From, To, Page, Pages int
	Prev, Next                   string // URLs; empty: there is none
}

// paged cuts the page out of a list at a path that a query asks for: ?page=2.
func paged[R any](rows []R, path string, query url.Values) ([]R, pager) {
	p := pager{Found: len(rows), Pages: max(1, (len(rows)+pageRows-1)/pageRows)}
	asked, _ := strconv.Atoi(query.Get("page")) // what is no number is the first page
	p.Page = min(max(1, asked), p.Pages)
	from := (p.Page - 1) * pageRows
	to := min(len(rows), from+pageRows)
	p.From, p.To = min(from+1, to), to
	if p.Page > 1 {
		p.Prev = path + "?" + onPage(query, p.Page-1)
	}
	if p.Page < p.Pages {
		p.Next = path + "?" + onPage(query, p.Page+1)
	}
	return slices.Clone(rows[from:to]), p
}

func onPage(query url.Values, page int) string {
	other := url.Values{}
	if page > 1 {
		other.Set("page", strconv.Itoa(page))
	}
	for key, values := range query {
		if key != "page" && len(values) > 0 && values[0] != "" {
			other[key] = values
		}
	}
	return other.Encode()
}

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"callas/client"
)

// A place is where in a list a page is. The API goes forward only, by cursors: the URL
// keeps those of the last pages, so that Previous finds them; a URL that has none counts
// its way from the beginning.
type place struct {
	From, To, Total int
	Page, Pages     int
	Prev, Next      string // URLs; empty: there is none

	cursor string   // this page's
	back   []string // of the pages before it, the nearest last
}

// keptCursors is how many pages back a URL remembers: it stays a link that can be sent.
const keptCursors = 8

// placeOf reads a place from a URL.
func (v *visit) placeOf(filter, query url.Values) (place, error) {
	p := place{Page: 1, cursor: query.Get("at")}
	if n, err := strconv.Atoi(query.Get("page")); err == nil && n > 1 {
		p.Page = n
	}
	if back := query.Get("back"); back != "" {
		p.back = strings.Split(back, ".")
	}
	if p.Page == 1 {
		p.cursor, p.back = "", nil
	}
	if p.Page > 1 && p.cursor == "" {
		return p, v.walkTo(&p, filter)
	}
	return p, nil
}

// walkTo finds a page's cursor by its number; a page behind the last is the last.
func (v *visit) walkTo(p *place, filter url.Values) error {
	rest := (p.Page - 1) * pageOfAgents
	ask := url.Values{}
	for key, value := range filter {
		ask[key] = value
	}
	for rest > 0 {
		var page client.Page
		step := min(rest, 1000)
		ask.Set("limit", strconv.Itoa(step))
		if err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/agents", Query: ask}, &page); err != nil {
			return err
		}
		if page.Next == "" { // it ends here
			if p.Page = max(1, (page.Total+pageOfAgents-1)/pageOfAgents); p.Page == 1 {
				p.cursor = ""
				return nil
			}
			return v.walkTo(p, filter)
		}
		p.cursor = page.Next
		ask.Set("cursor", page.Next)
		rest -= step
	}
	return nil
}

// of completes a place with what the API answered for it.
func (p place) of(filter url.Values, page client.Page, rows int) place {
	p.Total, p.Pages = page.Total, max(1, (page.Total+pageOfAgents-1)/pageOfAgents)
	p.From = min((p.Page-1)*pageOfAgents+1, p.Total)
	p.To = min(p.From+rows-1, p.Total)
	if page.Next != "" {
		next := place{Page: p.Page + 1, cursor: page.Next}
		if p.cursor != "" {
			next.back = append(slices.Clone(p.back), p.cursor)
			next.back = next.back[max(0, len(next.back)-keptCursors):]
		}
		p.Next = next.here(filter)
	}
	if p.Page > 1 {
		prev := place{Page: p.Page - 1}
		if n := len(p.back); n > 0 {
			prev.cursor, prev.back = p.back[n-1], p.back[:n-1]
		}
		p.Prev = prev.here(filter)
	}
	return p
}

// here is the URL of a place under a filter.
func (p place) here(filter url.Values) string {
	query := url.Values{}
	for key, value := range filter {
		query[key] = value
	}
	if p.Page > 1 {
		query.Set("page", strconv.Itoa(p.Page))
		if p.cursor != "" {
			query.Set("at", p.cursor)
		}
		if len(p.back) > 0 {
			query.Set("back", strings.Join(p.back, "."))
		}
	}
	if len(query) == 0 {
		return "/agents"
	}
	return "/agents?" + query.Encode()
}

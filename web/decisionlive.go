package web

import (
	"encoding/json"
)

// mostLive is how many decisions one message of a stream shows: more cannot be read
// before the next, a quarter of a second later.
const mostLive = 8

// A decisionNews is what a stream of decisions adds to the page.
type decisionNews struct {
	Rows  []decisionRow
	Whole bool // these are the newest, in the place of all that are there
	Shown int
	Of    int // so many were made; more than are shown
}

// decisionTeller tells one stream. The first message is a snapshot of the newest; those
// after it add to the list, as far as it can be read.
func (w *Web) decisionTeller() teller {
	greeted := false
	return func(v *visit, event string, data json.RawMessage) (string, []byte, error) {
		if event != "decisions" {
			return "", nil, nil
		}
		var e struct {
			Items   []json.RawMessage `json:"items"`
			Skipped int               `json:"skipped"`
		}
		if err := json.Unmarshal(data, &e); err != nil {
			return "", nil, err
		}
		news := decisionNews{Whole: !greeted, Of: len(e.Items) + e.Skipped}
		if greeted && len(e.Items) > mostLive {
			e.Items = e.Items[:mostLive]
		}
		greeted = true
		rows, err := v.decisionRows(e.Items)
		if err != nil {
			return "", nil, err
		}
		for i := range rows {
			rows[i].Fresh = !news.Whole
		}
		news.Rows, news.Shown = rows, len(rows)
		text, err := w.render(v.lang, "decisions-news", news)
		return "html", text, err
	}
}

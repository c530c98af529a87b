package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"callas"
	"callas/client"
)

// A decisionShown is one decision and, for who may ask, whom it was for.
type decisionShown struct {
	decisionRow
	Asks  bool   // the reader may be shown whom the call was for
	NoWhy bool   // and did not say why
	Whom  string // it was for, as it was just shown
}

// mayReveal reports whether a reader is offered to ask whom a call was for.
func (v *visit) mayReveal(d decisionRow) bool {
	return d.Hidden && v.does(callas.Reveal, callas.KindDecision)
}

// reveal shows whom a call was for, which is put on record with the reason first.
func (w *Web) reveal(v *visit) (view, error) {
	form, err := v.form()
	if err != nil {
		return view{}, err
	}
	id := v.r.PathValue("id")
	row, err := v.decisionOf(id)
	if err != nil {
		return view{}, err
	}
	shown := decisionShown{decisionRow: row, Asks: v.mayReveal(row)}
	out := view{page: "decision", part: "decision-body", title: v.say("dec.one"), nav: "decisions"}
	reason := strings.TrimSpace(form.Get("reason"))
	if reason == "" {
		shown.NoWhy = true
		out.status, out.body = http.StatusUnprocessableEntity, shown
		return out, nil
	}
	var raw json.RawMessage
	if err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodPost, Path: "/v1/decisions/" + url.PathEscape(id) + "/reveal",
		Body: map[string]string{"reason": reason}}, &raw); err != nil {
		return view{}, err
	}
	rows, err := v.decisionRows([]json.RawMessage{raw})
	if err != nil {
		return view{}, err
	}
	shown.Asks, shown.Whom = false, rows[0].Callee
	out.body = shown
	return out, nil
}

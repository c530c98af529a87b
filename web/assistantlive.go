package web

import (
	"encoding/json"
	"fmt"

	"callas"
)

// A menuEvent is an agent's menu as the API's topic me tells it.
type menuEvent struct {
	callas.Menu
	WithdrawnBy *withdrawal `json:"withdrawn_by"` // only as it happens
}

// tellMe makes the Assistant of an agent's menu, for one stream: who withdrew a selection
// is said once, and remembered for as long as that selection stays withdrawn.
func (w *Web) tellMe() teller {
	var by *withdrawal
	service := ""
	return func(v *visit, event string, data json.RawMessage) (string, []byte, error) {
		if event != "menu" {
			return "", nil, nil
		}
		var e menuEvent
		if err := json.Unmarshal(data, &e); err != nil {
			return "", nil, fmt.Errorf("a menu as it is not known here: %w", err)
		}
		s := e.Selection
		switch {
		case s == nil || !s.Withdrawn:
			by, service = nil, ""
		case e.WithdrawnBy != nil || s.Service != service:
			by, service = e.WithdrawnBy, s.Service
		}
		a := v.assistant(&e.Menu, by)
		a.Own = true
		text, err := w.render(v.lang, "assistant-state", a)
		return "html", text, err
	}
}

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"callas"
	"callas/client"
)

// Why? is a sentence that one edits, and its answer: may this agent call that target as
// that service now, which gates decide it, and who can open those that are closed.
func (w *Web) whyRoutes(mux *http.ServeMux) {
	mux.Handle("GET /why", w.page(w.why))
	mux.Handle("GET /why/agents", w.page(w.whyAgents))
	mux.Handle("GET /why/policy", w.page(w.whyPolicy))
}

// whySelected stands for what the agent has selected under Call As; no id has a star.
const whySelected = "*"

// A whyQuestion is what the address of the page asks.
type whyQuestion struct {
	Agent    string // an id
	Service  string // an id, or whySelected
	Target   string // a class, or what was dialled
	Modality callas.Modality
	At       string // a recorded decision, of whose moment is asked
}

// whyClasses are the targets that can be picked; every other is typed.
var whyClasses = []callas.Class{callas.PSTN, callas.Internal, callas.Federated}

// Typed is a target that is none of the classes.
func (q whyQuestion) Typed() string {
	if slices.Contains(whyClasses, callas.Class(q.Target)) {
		return ""
	}
	return q.Target
}

// Link is the address that asks the same again.
func (q whyQuestion) Link() string {
	values := url.Values{"agent": {q.Agent}, "service": {q.Service}, "target": {q.Target}}
	if q.Modality != callas.Audio {
		values.Set("modality", string(q.Modality))
	}
	if q.At != "" {
		values = url.Values{"at": {q.At}}
	}
	return "/why?" + values.Encode()
}

// By is the same question of another modality.
func (q whyQuestion) By(m callas.Modality) string {
	q.Modality = m
	return q.Link()
}

// A whyPage is the sentence and, where it is complete, its answer.
type whyPage struct {
	whyQuestion
	Mine     bool // the reader asks about themself, and may ask about nobody else
	Name     string
	Pieces   []whyPiece
	Menu     []whyOption // services that are the agent's business
	Others   []whyOption
	Found    []whyOption // agents, where what was typed may mean several
	Nobody   string      // what was typed, where it means none
	Recorded *decisionRow
	Bare     bool // of a recorded moment there are no gates but those that the record names
	Answer   *whyAnswer
}

// A whyOption is one that can be picked.
type whyOption struct {
	Value, Text, Note string
	Chosen            bool
}

func (w *Web) why(v *visit) (view, error) {
	p := &whyPage{Mine: v.me.Agent != ""}
	out := view{page: "why", part: "why-body", title: v.say("why.title"), nav: "why", body: p}
	asked := v.r.URL.Query()
	if at := asked.Get("at"); at != "" {
		return out, v.whyRecorded(p, at)
	}
	if err := v.whyAsked(p, asked); err != nil {
		return out, err
	}
	p.Pieces = v.whyPieces(p)
	if p.Agent == "" {
		return out, nil
	}
	if link := p.Link(); link != v.r.URL.RequestURI() {
		if !v.partial() {
			return view{to: link}, nil
		}
		v.w.Header().Set("HX-Push-Url", link)
	}
	return out, v.whyAnswered(p)
}

// whyAsked reads the question from the page's address or its form.
func (v *visit) whyAsked(p *whyPage, asked url.Values) error {
	p.Target, p.Modality = asked.Get("target"), callas.Modality(asked.Get("modality"))
	// A number that was typed just now is meant, whatever was picked before.
	if typed := strings.TrimSpace(asked.Get("to")); typed != "" && typed != asked.Get("typed") {
		p.Target = typed
	}
	if p.Target == "" {
		p.Target = string(callas.PSTN)
	}
	if !slices.Contains(callas.Modalities, p.Modality) {
		p.Modality = callas.Audio
	}
	if err := v.whyWho(p, strings.TrimSpace(asked.Get("agent"))); err != nil || p.Agent == "" {
		return err
	}
	return v.whyServices(p, asked.Get("service"))
}

// whyWho finds the agent who is meant: an id, a name, or the reader.
func (v *visit) whyWho(p *whyPage, asked string) error {
	if p.Mine {
		asked = v.me.Agent
	}
	if asked == "" {
		return nil
	}
	agent, err := whyRow[callas.Agent](v, callas.KindAgent, asked)
	if err != nil {
		return err
	}
	if agent != nil {
		p.Agent, p.Name = agent.ID, agent.Name
		return nil
	}
	found, err := v.whyMatches(asked)
	if err != nil {
		return err
	}
	exact := slices.DeleteFunc(slices.Clone(found), func(a callas.Agent) bool { return !strings.EqualFold(a.Name, asked) && whyLabel(a) != asked })
	if len(exact) > 0 {
		found = exact
	}
	switch len(found) {
	case 0:
		p.Nobody, p.Name = asked, asked
	case 1:
		p.Agent, p.Name = found[0].ID, found[0].Name
	default:
		p.Name = asked
		for _, a := range found {
			q := p.whyQuestion
			q.Agent, q.Service = a.ID, ""
			p.Found = append(p.Found, whyOption{Value: q.Link(), Text: a.Name, Note: a.ID})
		}
	}
	return nil
}

// mostFound is how many agents are offered for what was typed: more is no choice.
const mostFound = 12

// whyMatches are agents whose names, ids or aliases have what was typed.
func (v *visit) whyMatches(typed string) ([]callas.Agent, error) {
	if name, id, ok := strings.Cut(strings.TrimSuffix(typed, ")"), " ("); ok && callas.CheckID(id) == nil {
		typed = name + " " + id
	}
	return whyRows[callas.Agent](v, callas.KindAgent, url.Values{"q": {typed}}, mostFound)
}

// whyLabel is how an agent is told from others of the same name.
func whyLabel(a callas.Agent) string { return a.Name + " (" + a.ID + ")" }

// whyAgents are options for what is being typed.
func (w *Web) whyAgents(v *visit) (view, error) {
	typed := strings.TrimSpace(v.r.URL.Query().Get("agent"))
	options := []whyOption{}
	if len(typed) > 1 {
		found, err := v.whyMatches(typed)
		if err != nil {
			return view{}, err
		}
		names := map[string]int{}
		for _, a := range found {
			names[a.Name]++
		}
		for _, a := range found {
			option := whyOption{Value: a.Name, Text: a.ID}
			if names[a.Name] > 1 {
				option.Value = whyLabel(a)
			}
			options = append(options, option)
		}
	}
	return view{page: "why-agents-page", part: "why-agents", body: options}, nil
}

// mostServices is how many services are offered that are none of the agent's business.
const mostServices = 200

// whyServices offers the agent's services first, and picks one where none was.
func (v *visit) whyServices(p *whyPage, picked string) error {
	menu, err := v.api.Menu(v.r.Context(), p.Agent)
	if err != nil {
		return err
	}
	if picked == "" && menu.Selection != nil {
		picked = menu.Selection.Service
	} else if picked == "" && len(menu.Items) > 0 {
		picked = menu.Items[0].Service
	}
	there := map[string]bool{}
	for _, item := range menu.Items {
		there[item.Service] = true
		p.Menu = append(p.Menu, whyOption{Value: item.Service, Text: item.Name, Chosen: item.Service == picked})
	}
	if !p.Mine {
		all, err := whyRows[callas.Service](v, callas.KindService, nil, mostServices)
		if err != nil {
			return err
		}
		for _, s := range all {
			if !there[s.ID] {
				there[s.ID] = true
				p.Others = append(p.Others, whyOption{Value: s.ID, Text: s.Name, Chosen: s.ID == picked})
			}
		}
	}
	if picked == "" {
		picked = whySelected
	}
	if picked != whySelected && !there[picked] {
		p.Others = append(p.Others, whyOption{Value: picked, Text: picked, Chosen: true})
	}
	p.Service = picked
	return nil
}

// A whyPiece is a part of the sentence: words, or a place that is edited.
type whyPiece struct {
	Text string
	Slot int // of what is edited, where there is no text
}

// whyPieces is the sentence in the reader's language, whose order of words is its own.
func (v *visit) whyPieces(p *whyPage) []whyPiece {
	text := v.texts["why.ask"]
	if p.Mine {
		text = v.texts["why.ask_me"]
	}
	var pieces []whyPiece
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before = strings.TrimSpace(before); before != "" {
			pieces = append(pieces, whyPiece{Text: before})
		}
		if !found {
			break
		}
		hole, after, _ := strings.Cut(rest, "}")
		if slot := strings.Index("0123456789", hole); hole != "" && slot >= 0 {
			pieces = append(pieces, whyPiece{Slot: slot})
		}
		text = after
	}
	return pieces
}

// whyRow reads a row; nil where it is not there or not to be seen.
func whyRow[R any](v *visit, k callas.Kind, id string) (*R, error) {
	if id == "" || strings.ContainsAny(id, "/ ") {
		return nil, nil
	}
	var row R
	err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/" + string(k) + "s/" + url.PathEscape(id)}, &row)
	if unseen(err) {
		return nil, nil
	}
	return &row, err
}

// whyRows reads the first rows of a filter; none where the kind is not to be seen.
func whyRows[R any](v *visit, k callas.Kind, filter url.Values, most int) ([]R, error) {
	query := url.Values{"limit": {whyNumber(most)}}
	for key, value := range filter {
		query[key] = value
	}
	var page struct {
		Items []R `json:"items"`
	}
	err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/" + string(k) + "s", Query: query}, &page)
	if unseen(err) {
		return nil, nil
	}
	return page.Items, err
}

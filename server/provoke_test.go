package server_test

import (
	"strconv"
	"strings"

	"callas"
	"callas/server"
	"callas/source"
)

// A provocation makes an operation answer what it should not.
type provocation struct {
	h       *house
	op      string
	ok      send // what it answers well
	trouble *troubled
}

func (p provocation) provoke(status int) got {
	s := p.ok
	switch status {
	case 400:
		return p.h.ask(p.unreadable())
	case 401:
		s.by = ""
	case 403:
		s.by = p.outsider()
	case 404:
		if isCall(p.op) { // which people ask at the other face
			s.by, s.body = "lou", `{"agent":"nobody","class":"pstn"}`
			return p.h.askAt(p.h.admin, s)
		}
		return p.h.ask(p.missing())
	case 409:
		return p.conflict()
	case 412:
		s.header = map[string]string{"If-Match": `"999999"`}
	case 413:
		s.body = strings.Repeat("x", max(p.limit(), server.MaxRowBody)+1)
	case 415:
		s.media = "text/plain"
	case 422:
		return p.h.ask(p.unfit())
	case 503:
		return p.away()
	}
	return p.h.ask(s)
}

func (p provocation) unreadable() send {
	s := p.ok
	switch {
	case p.op == "GET /v1/events":
		s.path += "&nonsense=1"
	case p.op == "POST /v1/import", s.method == "GET":
		s.path += "?nonsense=1"
	case s.method == "DELETE":
		s.header = map[string]string{"If-Match": `"1"`, "If-None-Match": "*"}
	default:
		s.body = `{"nonsense":1}`
	}
	return s
}

// outsider names someone who may ask for no such thing.
func (p provocation) outsider() string {
	switch {
	case isCall(p.op), strings.HasSuffix(p.op, "reveal"):
		return "lou"
	case p.ok.method == "GET", strings.HasPrefix(p.op, "POST /v1/agents/"), strings.HasSuffix(p.op, "/plan"):
		return "kamailio"
	}
	return "aud"
}

func isCall(op string) bool {
	return strings.HasPrefix(op, "POST /v1/resolve") || strings.HasPrefix(op, "POST /v1/explain")
}

// missing asks for what is not there or, where that would create it, for what the
// asker may not see.
func (p provocation) missing() send {
	s := p.ok
	hidden := map[string]string{"/v1/units/quiet": "/v1/units/leeds", "/v1/services/help": "/v1/services/itdesk",
		"/v1/profiles/day": "/v1/profiles/night", "/v1/agents/anna": "/v1/agents/emil"}
	if p.op == "GET /v1/events" {
		s.path, s.by = "/v1/events?topic=me", "ghost"
		return s
	}
	row, plan := strings.CutSuffix(s.path, "/plan")
	if path, ok := hidden[row]; ok {
		if s.path, s.by = path, "lou"; plan {
			s.path += "/plan"
		}
		return s
	}
	s.path = strings.NewReplacer("/anna/", "/nobody/", "/2/", "/999/", "changes/2", "changes/999", "/FIRST", "/LAST", "/CLEAR", "/LAST").Replace(s.path)
	return s
}

func (p provocation) conflict() got {
	switch {
	case isCall(p.op):
		return p.h.ask(p.from("2.x"))
	case p.op == "POST /v1/agents/bulk":
		return p.h.post("root", p.ok.path, `{"plan":"nosuchplan"}`)
	case strings.HasSuffix(p.op, "reveal"):
		return p.h.post("root", "/v1/decisions/FIRST/reveal", p.ok.body)
	case p.op == "POST /v1/units/{id}/plan":
		return p.h.post("root", "/v1/units/london/plan", "null")
	case strings.HasSuffix(p.op, "undo"):
		rev := p.h.patch("root", "/v1/agents/clara", `{"name":"Clara B."}`).is(200).object()["rev"].(float64)
		p.h.patch("root", "/v1/agents/clara", `{"name":"Clara C."}`).is(200)
		return p.h.post("root", "/v1/changes/"+strconv.Itoa(int(rev))+"/undo", `{}`)
	}
	p.trouble.commit = func(source.Commit) error {
		return &source.Violation{Kind: callas.KindUnit, ID: "london", Detail: "is not there any more"}
	}
	defer func() { p.trouble.commit = nil }()
	return p.h.ask(p.ok)
}

// from asks for facts of a moment.
func (p provocation) from(token string) send {
	s := p.ok
	s.body = strings.TrimSuffix(s.body.(string), "}") + `,"min_revision":"` + token + `"}`
	return s
}

func (p provocation) limit() int {
	return map[string]int{"POST /v1/agents/bulk": server.MaxBulkBody, "POST /v1/agents/tally": server.MaxBulkBody, "POST /v1/import": server.MaxImportLine}[p.op]
}

func (p provocation) unfit() send {
	s := p.ok
	switch {
	case p.op == "POST /v1/agents/bulk":
		s.body = `{"ids":["nobody"],"set":{"direction":"none"}}`
	case strings.HasSuffix(p.op, "tally"):
		s.body = `{"ids":["nobody"]}`
	case strings.HasSuffix(p.op, "session"):
		s.body = `{"call_as":"itdesk"}`
	case strings.HasSuffix(p.op, "undo"):
		p.h.put("root", "/v1/units/bath", `{"name":"Bath"}`).is(201)
		p.h.patch("root", "/v1/agents/emil", `{"unit":"bath"}`).is(200)
		rev := p.h.patch("root", "/v1/agents/emil", `{"unit":"leeds"}`).is(200).object()["rev"].(float64)
		p.h.del("root", "/v1/units/bath").is(204)
		s.path = "/v1/changes/" + strconv.Itoa(int(rev)) + "/undo"
	default:
		s.body = strings.Replace(s.body.(string), `"name":"`, `"name":"\u0007`, 1)
	}
	return s
}

func (p provocation) away() got {
	if isCall(p.op) {
		return p.h.ask(p.from("999999.x"))
	}
	if p.op == "GET /readyz" {
		p.h.server.Drain()
		return p.h.ask(p.ok)
	}
	if p.op == "GET /v1/events" {
		for range server.MaxStreamsOfOne {
			p.h.listen(p.ok.by, "topic=changes")
		}
		return p.h.ask(p.ok)
	}
	p.trouble.away.Store(true)
	defer p.trouble.away.Store(false)
	s := p.ok
	if b, ok := s.body.(string); ok {
		s.body = strings.Replace(b, `,"dry_run":true`, "", 1)
	}
	return p.h.ask(s)
}

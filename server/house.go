package server

import (
	_ "embed"
	"fmt"
	"net/http"
	"time"
)

// document describes both faces: OpenAPI 3.1.
//
//go:embed openapi.yaml
var document []byte

// houseRoutes are on both faces, for whoever looks after callas. What is counted
// tells who calls as what, so /metrics asks for as much as the face does.
func (s *Server) houseRoutes(metrics access) []route {
	return []route{
		{method: http.MethodGet, path: "/livez", do: s.live},
		{method: http.MethodGet, path: "/readyz", do: s.ready},
		{method: http.MethodGet, path: "/metrics", who: metrics, do: func(*request) (answer, error) {
			return answer{handler: s.metrics.page()}, nil
		}},
		{method: http.MethodGet, path: "/openapi.yaml", do: func(*request) (answer, error) {
			return answer{raw: document, media: "application/yaml"}, nil
		}},
	}
}

// live answers that the process answers. It looks at nothing else: restarting
// callas brings no source back.
func (s *Server) live(*request) (answer, error) {
	return answer{json: struct {
		Alive bool `json:"alive"`
	}{true}}, nil
}

// readiness tells whether calls should be sent here, and why not.
type readiness struct {
	Ready  bool    `json:"ready"`
	Checks []check `json:"checks"`
}

type check struct {
	Name   string `json:"name"` // facts, policy, fresh, serving
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

func (s *Server) ready(r *request) (answer, error) {
	sn := r.read(s.State.Snapshot())
	now := s.Now()
	out := readiness{Ready: true, Checks: []check{
		s.factsCheck(sn.Token().String()),
		{"policy", s.Engine.Digest() != "", s.Engine.Digest()},
		s.freshCheck(now),
		{"serving", !s.draining.Load(), "answering"},
	}}
	if s.draining.Load() {
		out.Checks[3].Detail = "shutting down: answering what is under way"
	}
	status := http.StatusOK
	for _, c := range out.Checks {
		if !c.OK {
			out.Ready, status = false, http.StatusServiceUnavailable
		}
	}
	return answer{status: status, json: out}, nil
}

func (s *Server) factsCheck(revision string) check {
	if !s.State.Loaded() {
		return check{"facts", false, "none have arrived from the source yet"}
	}
	return check{"facts", true, "revision " + revision}
}

func (s *Server) freshCheck(now time.Time) check {
	if !s.State.Loaded() {
		return check{"fresh", false, "the source has not been heard yet"}
	}
	heard := fmt.Sprintf("the source was heard %v ago", s.State.Age(now).Round(time.Millisecond))
	if s.Engine.Stale(now) {
		return check{"fresh", false, heard + ": too old to call as a service by"}
	}
	return check{"fresh", true, heard}
}

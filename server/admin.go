package server

import (
	"net/http"
	"strings"

	"callas"
)

// adminRoutes is the admin face's own table.
func (s *Server) adminRoutes() []route {
	all := append(s.rowRoutes(), s.agentRoutes()...)
	all = append(all, s.changeRoutes()...)
	all = append(all, s.decisionRoutes()...)
	all = append(all, s.eventRoutes()...)
	all = append(all, s.proofRoutes()...)
	all = append(all, s.revealRoutes()...)
	return append(all,
		route{method: http.MethodPost, path: "/v1/explain", who: anyone, time: EditTime, body: jsonBody, limit: MaxCallBody, do: s.inquire},
		route{method: http.MethodGet, path: "/v1/policy", who: anyone, do: s.policy},
		route{method: http.MethodPost, path: "/v1/agents/bulk", who: anyone, time: BulkTime, body: jsonBody, limit: MaxBulkBody, once: true, do: s.bulk},
		route{method: http.MethodPost, path: "/v1/agents/tally", who: anyone, time: EditTime, body: jsonBody, limit: MaxBulkBody, do: s.tally},
		route{method: http.MethodPost, path: "/v1/import", who: anyone, time: ImportTime, body: linesBody, limit: MaxImportBody, stream: true, do: s.importRows},
		route{method: http.MethodGet, path: "/v1/export", who: anyone, do: s.exportRows},
		route{method: http.MethodGet, path: "/v1/me", who: anyone, do: s.me})
}

// wordsOf reads what reasons mean from a bundle's data: {"reasons": {code: {"text",
// "fix"}}}. What is not there is told by its code.
func wordsOf(data map[string]any) map[callas.Reason]string {
	words := map[callas.Reason]string{}
	reasons, _ := data["reasons"].(map[string]any)
	for code, about := range reasons {
		if about, ok := about.(map[string]any); ok {
			text, _ := about["text"].(string)
			fix, _ := about["fix"].(string)
			words[callas.Reason(code)] = strings.TrimSpace(text + " " + fix)
		}
	}
	return words
}

// spelt is a reason in words: what it means, and what to do about it.
func (s *Server) spelt(reason callas.Reason) string {
	if words := s.words[reason]; words != "" {
		return words
	}
	return string(reason)
}

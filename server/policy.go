package server

import (
	"maps"
	"slices"

	"callas"
)

// A policyFile is one of the active bundle's, as it was read.
type policyFile struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// policy answers the law that decides here, for those who look after services.
func (s *Server) policy(r *request) (answer, error) {
	v, err := s.see(r, r.read(s.State.Snapshot()))
	if err != nil {
		return answer{}, err
	}
	if !v.reads(callas.KindService) {
		return answer{}, refuse(forbidden, "a token of the role %s may not read the policy", r.by.Role)
	}
	b := s.Engine.Bundle
	files := []policyFile{}
	for _, name := range slices.Sorted(maps.Keys(b.Texts)) {
		files = append(files, policyFile{name, b.Texts[name]})
	}
	return answer{json: struct {
		Name     string       `json:"name"`
		Revision string       `json:"revision,omitempty"`
		Digest   string       `json:"digest"`
		Files    []policyFile `json:"files"`
	}{b.Name, b.Revision, b.Digest, files}}, nil
}

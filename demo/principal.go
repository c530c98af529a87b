package demo

import (
	"strings"

	"callas"
)

// Principal tells who holds a demo token. Everyone who reads the documentation
// knows them, so nothing but callas demo on loopback may ask here.
//
//	demo-admin          everything
//	demo-supervisor     nordhang and below
//	demo-auditor        reads everything
//	demo-agent-<id>     that agent's own menu and session
func Principal(token string) (callas.Principal, bool) {
	switch token {
	case "demo-admin":
		return callas.Principal{Name: "Ada Novak", Role: callas.RoleAdmin}, true
	case "demo-supervisor":
		return callas.Principal{Name: "Regula Keller", Role: callas.RoleSupervisor, Units: []string{"nordhang"}}, true
	case "demo-auditor":
		return callas.Principal{Name: "Owen Price", Role: callas.RoleAuditor}, true
	}
	id, ok := strings.CutPrefix(token, "demo-agent-")
	if !ok || callas.CheckID(id) != nil {
		return callas.Principal{}, false
	}
	return callas.Principal{Name: nameOf(id), Role: callas.RoleAgent, Agent: id}, true
}

// nameOf is an agent's name by their id: of the five of the story as it goes, of the crowd
// as their ids were made of it.
func nameOf(id string) string {
	for _, row := range cast() {
		if a := row.(*callas.Agent); a.ID == id {
			return a.Name
		}
	}
	words := strings.Split(id, ".")
	for i, w := range words {
		words[i] = strings.ToUpper(w[:min(1, len(w))]) + w[min(1, len(w)):]
	}
	return strings.Join(words, " ")
}

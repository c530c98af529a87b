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
		return callas.Principal{Name: token, Role: callas.RoleAdmin}, true
	case "demo-supervisor":
		return callas.Principal{Name: token, Role: callas.RoleSupervisor, Units: []string{"nordhang"}}, true
	case "demo-auditor":
		return callas.Principal{Name: token, Role: callas.RoleAuditor}, true
	}
	id, ok := strings.CutPrefix(token, "demo-agent-")
	if !ok || callas.CheckID(id) != nil {
		return callas.Principal{}, false
	}
	return callas.Principal{Name: token, Role: callas.RoleAgent, Agent: id}, true
}

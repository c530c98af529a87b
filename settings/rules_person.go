package settings

import (
	"slices"
	"strings"

	"callas"
)

// hashLength is a SHA-256 in hex.
const hashLength = 64

func (r rules) session(s *callas.Session) {
	r.bearing("/agent", callas.CheckID(s.Agent))
	if s.Since.IsZero() {
		r.bad("/since", "is missing: since when the agent is in this state")
	}
	if s.EndedBecause != "" {
		oneOf(r, s.EndedBecause, Endings(), "/ended_because")
	}
	r.meta(s, s.Meta)
}

func (r rules) token(t *callas.AccessToken) {
	r.id(t.ID)
	if len(t.Hash) != hashLength || strings.Trim(t.Hash, "0123456789abcdef") != "" {
		r.bad("/hash", "must be the SHA-256 of the secret in hex, %d characters: the secret itself is never kept", hashLength)
	}
	r.name(t.Principal.Name, "/principal/name")
	oneOf(r, t.Principal.Role, callas.Roles, "/principal/role")
	oneOf(r, t.Use, callas.TokenUses, "/use")
	if t.Use != callas.UseSignIn && t.Principal.Role == callas.RoleSupervisor && len(t.Principal.Units) == 0 {
		r.bad("/principal/units", "is missing: a supervisor is one of units, and of those below them")
	}
	if t.Principal.Role == callas.RoleAgent && t.Principal.Agent == "" {
		r.bad("/principal/agent", "is missing: name the agent whose selection it may change")
	}
	if t.Use != callas.UseToken && t.Principal.Role == callas.RolePlatform {
		r.bad("/principal/role", "is platform, which has no browser to sign in with: make it a token")
	}
	if t.Use != callas.UseToken && t.ExpiresAt == nil {
		r.bad("/expires_at", "is missing: a sign-in and a link have an end")
	}
	if t.Parent != "" && t.Use != callas.UseSignIn {
		r.bad("/parent", "is for sign-ins: the token that one was made with")
	}
	if t.Subject != "" && t.Use != callas.UseSignIn {
		r.bad("/subject", "is for sign-ins: whom a provider vouches for")
	}
	if len(t.Subject) > MaxSubject {
		r.bad("/subject", "has %d bytes: at most %d", len(t.Subject), MaxSubject)
	}
	if t.CreatedAt.IsZero() {
		r.bad("/created_at", "is missing")
	}
	if t.ExpiresAt != nil && !t.ExpiresAt.After(t.CreatedAt) {
		r.bad("/expires_at", "is not after created_at: the token would never work")
	}
	r.meta(t, t.Meta)
}

// readOnly are the fields that only a source or an importer sets.
func readOnly() []string { return []string{"rev", "source", "locked"} }

// lockable lists the fields of a row that an importer can keep for itself.
func lockable(row callas.Row) []string {
	keep := append(readOnly(), keyField(row.Kind()))
	return slices.DeleteFunc(fieldsOf(row), func(f string) bool { return slices.Contains(keep, f) })
}

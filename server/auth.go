package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"callas"
	"callas/state"
)

// An Authenticator tells who holds a bearer token.
type Authenticator interface {
	Authenticate(token string) (callas.Principal, bool)
}

// tokenPrefix makes tokens easy to find where they leak.
const tokenPrefix = "callas_"

// Tokens knows the access tokens among the facts. A token reads
// callas_<id>_<secret>; only the hex SHA-256 of the secret is kept.
type Tokens struct {
	State *state.Store
	Now   func() time.Time
}

// Authenticate compares in constant time, and as long for an unknown id as for a
// known one: neither ids nor secrets can be found out by the clock.
func (t Tokens) Authenticate(token string) (callas.Principal, bool) {
	named, ok := strings.CutPrefix(token, tokenPrefix)
	cut := strings.LastIndexByte(named, '_')
	if !ok || cut < 0 {
		return callas.Principal{}, false
	}
	id, secret := named[:cut], named[cut+1:]
	row := t.State.Snapshot().AccessToken(id)
	known := row != nil
	if !known {
		row = &callas.AccessToken{Hash: strings.Repeat("0", 2*sha256.Size)}
	}
	sum := sha256.Sum256([]byte(secret))
	same := subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(row.Hash)) == 1
	if !known || !same || row.ExpiresAt != nil && !row.ExpiresAt.After(t.Now()) {
		return callas.Principal{}, false
	}
	return row.Principal, true
}

// admit finds out who is asking and whether they may come to the route at all.
func (s *Server) admit(r *request, who access) error {
	if who == open {
		return nil
	}
	if who == platformOnly && s.OpenPlatform {
		// No platform is a web page. A page whose name was made to point here (DNS
		// rebinding) would be let in by the browser, but cannot leave out its Origin.
		if sent(r.http, "Origin") != "" {
			return refuse(forbidden, "web pages are not answered without a token")
		}
		r.by = callas.Principal{Name: "platform", Role: callas.RolePlatform}
		return nil
	}
	credentials := sent(r.http, "Authorization")
	if credentials == "" {
		return refuse(unauthenticated, "send Authorization: Bearer callas_<id>_<secret>; callas token create makes one")
	}
	scheme, token, _ := strings.Cut(credentials, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return refuse(unauthenticated, "send the token as Authorization: Bearer <token>")
	}
	by, ok := s.Auth.Authenticate(strings.TrimSpace(token))
	if !ok {
		return refuse(unauthenticated, "the token is unknown, mistyped or expired")
	}
	r.by = by
	if who == platformOnly && !slices.Contains([]callas.Role{callas.RolePlatform, callas.RoleAdmin}, by.Role) {
		return refuse(forbidden, "asking about calls takes a token of the role platform; this one is of the role %s", by.Role)
	}
	return nil
}

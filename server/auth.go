package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"callas"
	"callas/settings"
	"callas/state"
)

// An Authenticator tells who holds a bearer token.
type Authenticator interface {
	Authenticate(token string) (callas.Principal, bool)
}

// Tokens knows the access tokens among the facts. A token reads
// callas_<id>_<secret>; only the hex SHA-256 of the secret is kept.
type Tokens struct {
	State *state.Store
	Now   func() time.Time
}

// Authenticate tells who holds a token, or a sign-in: a browser's token is one like any
// other. A link lets nobody in: it has to be redeemed.
func (t Tokens) Authenticate(token string) (callas.Principal, bool) {
	row := t.row(t.State.Snapshot(), token)
	if row == nil || row.Use == callas.UseLink {
		return callas.Principal{}, false
	}
	return row.Principal, true
}

// row finds the row of a token that is valid, of whatever use; nil where it is not. It
// compares in constant time, and as long for an unknown id as for a known one: neither
// ids nor secrets can be found out by the clock.
func (t Tokens) row(sn *state.Snapshot, token string) *callas.AccessToken {
	id, secret, ok := split(token)
	if !ok {
		return nil
	}
	row := sn.AccessToken(id)
	known := row != nil
	if !known {
		row = &callas.AccessToken{Hash: strings.Repeat("0", 2*sha256.Size)}
	}
	same := subtle.ConstantTimeCompare([]byte(hashOf(secret)), []byte(row.Hash)) == 1
	if !known || !same || settings.TokenEnded(sn, row, t.Now()) {
		return nil
	}
	return row
}

// admit finds out who is asking and whether they may come to the route at all.
func (s *Server) admit(r *request, who access) (err error) {
	if who == open {
		return nil
	}
	r.by, err = s.comer(sent(r.http, "Origin"), sent(r.http, "Authorization"), who)
	return err
}

// comer tells who comes, by the headers Origin and Authorization, and refuses who may not.
func (s *Server) comer(origin, credentials string, who access) (callas.Principal, error) {
	var nobody callas.Principal
	if who == platformOnly && s.OpenPlatform {
		// No platform is a web page. A page whose name was made to point here (DNS
		// rebinding) would be let in by the browser, but cannot leave out its Origin.
		if origin != "" {
			return nobody, refuse(forbidden, "web pages are not answered without a token")
		}
		return callas.Principal{Name: "platform", Role: callas.RolePlatform}, nil
	}
	if credentials == "" {
		return nobody, refuse(unauthenticated, "send Authorization: Bearer callas_<id>_<secret>; callas token create makes one")
	}
	scheme, token, _ := strings.Cut(credentials, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nobody, refuse(unauthenticated, "send the token as Authorization: Bearer <token>")
	}
	token = strings.TrimSpace(token)
	by, ok := s.Auth.Authenticate(token)
	if !ok {
		return nobody, refuse(unauthenticated, "the token is unknown, mistyped or expired")
	}
	if who == anyone { // no browser asks what a platform does
		s.signIns.used(s.State.Snapshot(), token, s.Now())
	}
	if who == platformOnly && !slices.Contains([]callas.Role{callas.RolePlatform, callas.RoleAdmin}, by.Role) {
		return by, refuse(forbidden, "asking about calls takes a token of the role platform; this one is of the role %s", by.Role)
	}
	return by, nil
}

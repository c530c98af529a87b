package server

import (
	"context"
	"errors"
	"fmt"

	"callas"
	"callas/engine"
	"callas/settings"
	"callas/source"
	"callas/state"
)

// A sign-in is an access token like any other, kept by a browser in a cookie: durable,
// revocable, on record, and held to the same policy at every request. What follows makes
// and ends them. Whether a person is who they say, and may come in at all, is proved by
// whoever calls SignIn.

// SignIn lets a person in: it returns the token for their browser. how tells the audit
// trail how they proved who they are.
func (s *Server) SignIn(ctx context.Context, by callas.Principal, how string) (string, error) {
	return s.letIn(ctx, func(*state.Snapshot) (entry, error) { return entry{by: by, how: how}, nil })
}

// SignInWith lets in who holds an access token. The browser gets a token of its own, which
// lives no longer than the other.
func (s *Server) SignInWith(ctx context.Context, token string) (string, error) {
	return s.letIn(ctx, func(sn *state.Snapshot) (entry, error) {
		by, ok := s.Auth.Authenticate(token)
		row := s.tokens().row(sn, token)
		switch {
		case !ok, row == nil && isOurs(token): // gone between the two looks
			return entry{}, refuse(unauthenticated, "the token is unknown, mistyped or expired")
		case row == nil: // the Authenticator's own, as in the demo
			return entry{by: by, how: "with a token of the demo"}, nil
		case row.Use != callas.UseToken:
			return entry{}, refuse(unauthenticated, "that is no access token: callas token create makes one")
		}
		return entry{by: by, parent: row.ID, how: "with the token " + row.ID}, nil
	})
}

// Redeem lets in who holds a link's key, once: of two who come at the same moment only one
// gets in.
func (s *Server) Redeem(ctx context.Context, key string) (string, error) {
	return s.letIn(ctx, func(sn *state.Snapshot) (entry, error) {
		row := s.tokens().row(sn, key)
		if row == nil || row.Use != callas.UseLink {
			return entry{}, linkSpent()
		}
		return entry{by: row.Principal, link: row, how: "with the link " + row.ID}, nil
	})
}

// SignInBy lets in of whom a provider says claims, as what policy makes of them
// (callas.signin).
func (s *Server) SignInBy(ctx context.Context, issuer, subject string, claims map[string]any) (string, error) {
	return s.letIn(ctx, func(sn *state.Snapshot) (entry, error) {
		v, err := s.Engine.SignIn(ctx, sn, issuer, claims)
		if err != nil {
			return entry{}, err
		}
		if !v.Allow {
			return entry{}, s.unadmitted(issuer, v)
		}
		by := *v.Principal
		if callas.CheckName(by.Name) != nil { // what a provider says may be anything
			by.Name = subject
		}
		return entry{by: by, subject: subjectOf(issuer, subject), how: fmt.Sprintf("with %s as %q", issuer, subject)}, nil
	})
}

// subjectOf names a person of a provider's. An issuer is a URL and holds no space.
func subjectOf(issuer, subject string) string { return issuer + " " + subject }

// SignOutAll ends every sign-in of someone whom a provider no longer vouches for. It takes
// no turn: the provider says it once, and an import may take minutes.
func (s *Server) SignOutAll(ctx context.Context, issuer, subject string) error {
	ctx, cancel := context.WithTimeout(ctx, EditTime)
	defer cancel()
	if subject == "" {
		return nil
	}
	ended := settings.SignInsOf(s.State.Snapshot(), subjectOf(issuer, subject))
	if len(ended) == 0 {
		return nil
	}
	return s.told(s.note(ctx, source.Commit{Actor: "callas", Origin: originSignIn,
		Reason: fmt.Sprintf("signed out at %s: %q", issuer, subject), Writes: ended}))
}

// unadmitted tells a person why they stay out, and which claim their account lacks something in.
func (s *Server) unadmitted(issuer string, v engine.Entry) error {
	p := refuse(forbidden, "%s", "the policy lets nobody like that in")
	if p.Reasons = v.Reasons; len(v.Reasons) > 0 {
		p.Detail = s.spelt(v.Reasons[0])
	}
	if v.LookedAt != "" {
		p.at(v.LookedAt, "is the claim that was looked at, in what %s says of the account", issuer)
	}
	return p
}

func linkSpent() error {
	return refuse(unauthenticated, "the link was used already, or is older than %d minutes: ask for another (callas token link makes one)",
		int(settings.LinkLife.Minutes()))
}

// SignOut ends a sign-in. One that has ended already is no error; any other token is left
// as it is.
func (s *Server) SignOut(ctx context.Context, token string) error {
	ctx, cancel := context.WithTimeout(ctx, EditTime)
	defer cancel()
	row := s.tokens().row(s.State.Snapshot(), token)
	if row == nil || row.Use != callas.UseSignIn {
		return nil
	}
	err := s.note(ctx, source.Commit{Actor: row.Principal.Name, Origin: originSignIn, Reason: "signed out",
		// Whatever it is by now: it may have been prolonged, or be gone.
		Writes: []source.Write{{Kind: callas.KindToken, ID: row.ID}}})
	return s.told(err)
}

// originSignIn is through what sign-ins are made and ended, in the audit trail.
const originSignIn = "sign-in"

// An entry is who comes in, and by what.
type entry struct {
	by      callas.Principal
	parent  string              // the token that it is made with
	link    *callas.AccessToken // the link that it uses up
	subject string              // whom a provider vouches for
	how     string
}

// letIn commits a sign-in for whom prove lets in, and returns its token once the facts
// have it. It shares the turn with other sign-ins and with agents' sessions: each writes
// rows of its own, while nobody deletes the agents and units that they name.
func (s *Server) letIn(ctx context.Context, prove func(*state.Snapshot) (entry, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, EditTime)
	defer cancel()
	// Strangers are many and come to nothing: they take no turn.
	if _, err := prove(s.State.Snapshot()); err != nil {
		return "", s.told(err)
	}
	release, err := s.turn.shared(ctx)
	if err != nil {
		return "", s.told(err)
	}
	defer release()
	sn, err := s.fresh(ctx)
	if err != nil {
		return "", s.told(err)
	}
	e, err := prove(sn)
	if err != nil {
		return "", s.told(err)
	}
	row, token, err := s.mint().Strike(e.by, callas.UseSignIn, settings.SignInLife)
	if err != nil {
		return "", s.told(err)
	}
	row.Parent, row.Subject = e.parent, e.subject
	writes := []source.Write{{Kind: callas.KindToken, ID: row.ID, Row: row, If: source.Absent}}
	if e.link != nil {
		writes = append(writes, source.Write{Kind: callas.KindToken, ID: e.link.ID, If: source.At(e.link.Rev)})
	}
	full, found := settings.Admit(sn, s.Plan, settings.Blind, writes)
	if len(found) > 0 {
		return "", unfit(nil, sn, writes, found) // the rows are those of who signs in
	}
	err = s.note(ctx, source.Commit{Actor: row.Principal.Name, Origin: originSignIn, Reason: "signed in " + e.how, Writes: full})
	var moved *source.Conflict
	if e.link != nil && errors.As(err, &moved) {
		err = linkSpent()
	}
	if err != nil {
		return "", s.told(err)
	}
	return token, nil
}

// note commits, and returns when the facts have it.
func (s *Server) note(ctx context.Context, c source.Commit) error {
	token, err := s.Source.Commit(ctx, c)
	if err != nil {
		return err
	}
	return s.State.Wait(ctx, token.Revision)
}

// told makes a problem of an error, as a route does: what is wrong inside is logged.
func (s *Server) told(err error) error {
	if err == nil {
		return nil
	}
	p := problemOf(err)
	if p.cause != nil {
		s.Log.Error("signing in or out failed", "err", p.cause)
	}
	return p
}

func (s *Server) tokens() Tokens { return Tokens{State: s.State, Now: s.Now} }

func (s *Server) mint() Mint { return Mint{Random: s.Random, Now: s.Now} }

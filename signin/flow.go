package signin

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Claims are what the provider says of a person. Which of them count is policy.
type Claims struct {
	Issuer  string
	Subject string         // names them there, for ever
	All     map[string]any // as in the ID token; numbers are json.Number
}

// Begin returns the provider's address to send a browser to, and gives it a ticket.
// returnTo is where the person was going: a path here. Errors: ErrAway.
func (c *Client) Begin(w http.ResponseWriter, r *http.Request, returnTo string) (string, error) {
	p, err := c.found(r.Context())
	if err != nil {
		return "", err
	}
	t := &ticket{Verifier: oauth2.GenerateVerifier(), Return: Local(returnTo), Until: c.Now().Add(TicketLife)}
	if t.State, err = c.secret(); err != nil {
		return "", err
	}
	if t.Nonce, err = c.secret(); err != nil {
		return "", err
	}
	if err := c.keep(w, t); err != nil {
		return "", err
	}
	return c.oauth(p).AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), nil
}

// secret is 256 random bits.
func (c *Client) secret() (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(c.Random, b); err != nil {
		return "", fmt.Errorf("random: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// Finish checks what a browser comes back with, once: who it is, and where they were
// going. Errors: *Refused, ErrAway.
func (c *Client) Finish(w http.ResponseWriter, r *http.Request) (Claims, string, error) {
	came := r.URL.Query()
	t, err := c.ticket(r)
	if err != nil {
		return Claims{}, "/", refused(BeginAgain, "%w", err)
	}
	if subtle.ConstantTimeCompare([]byte(came.Get("state")), []byte(t.State)) != 1 {
		// The ticket stays: a stranger's link must not spoil a sign-in that is under way.
		return Claims{}, "/", refused(BeginAgain, "the state is not that of the sign-in under way in this browser")
	}
	if err := c.keep(w, nil); err != nil {
		return Claims{}, "/", err
	}
	if !c.spent.spend(t, c.Now()) {
		return Claims{}, "/", refused(BeginAgain, "it was finished already")
	}
	p, err := c.found(r.Context())
	if err != nil {
		return Claims{}, t.Return, err
	}
	if err := c.wellMeant(p, came); err != nil {
		return Claims{}, t.Return, err
	}
	claims, err := c.exchange(r.Context(), p, t, came.Get("code"))
	return claims, t.Return, err
}

// wellMeant reads what the provider answers in the address.
func (c *Client) wellMeant(p *provider, came url.Values) error {
	// Another provider's answer must not be taken for this one's (RFC 9207).
	if iss := came.Get("iss"); iss != c.Issuer && (p.named || iss != "") {
		return refused(Unsound, "the answer is from %.200q, not from %s", iss, c.Issuer)
	}
	if code := came.Get("error"); code != "" {
		return refused(Denied, "%.200q: %.500q", code, came.Get("error_description"))
	}
	if came.Get("code") == "" {
		return refused(Unsound, "the answer holds no code")
	}
	return nil
}

// exchange gives the code for an ID token, and checks that.
func (c *Client) exchange(ctx context.Context, p *provider, t *ticket, code string) (Claims, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, c.HTTP), askTime)
	defer cancel()
	token, err := c.oauth(p).Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	var said *oauth2.RetrieveError
	switch {
	case errors.As(err, &said) && said.Response != nil && said.Response.StatusCode < http.StatusInternalServerError:
		return Claims{}, refused(Unsound, "the code was not taken: %w", err)
	case err != nil:
		return Claims{}, fmt.Errorf("%w: %w", ErrAway, err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Claims{}, refused(Unsound, "there is no ID token: is the scope openid granted?")
	}
	id, err := p.verifier.Verify(ctx, raw) // signature, algorithm, issuer, audience, time
	if err != nil {
		return Claims{}, refused(Unsound, "%w", err)
	}
	return c.sound(id, t, token.AccessToken)
}

// sound checks what the library leaves to its caller (OpenID Connect Core 1.0, 3.1.3.7).
func (c *Client) sound(id *oidc.IDToken, t *ticket, access string) (Claims, error) {
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(t.Nonce)) != 1 {
		return Claims{}, refused(Unsound, "the ID token is of another sign-in: its nonce differs")
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(access); err != nil {
			return Claims{}, refused(Unsound, "%w", err)
		}
	}
	var raw json.RawMessage
	if err := id.Claims(&raw); err != nil {
		return Claims{}, refused(Unsound, "%w", err)
	}
	claims := Claims{Issuer: id.Issuer, Subject: id.Subject, All: map[string]any{}}
	numbers := json.NewDecoder(bytes.NewReader(raw))
	numbers.UseNumber()
	if err := numbers.Decode(&claims.All); err != nil {
		return Claims{}, refused(Unsound, "%w", err)
	}
	party, given := claims.All["azp"]
	switch {
	case strings.TrimSpace(id.Subject) == "":
		return Claims{}, refused(Unsound, "the ID token names nobody: it has no sub")
	case given && party != c.ClientID, !given && len(id.Audience) > 1:
		return Claims{}, refused(Unsound, "the ID token was issued to %v, not to %s", party, c.ClientID)
	}
	return claims, nil
}

package signin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// A provider is what the provider says of itself (OpenID Connect Discovery 1.0).
type provider struct {
	endpoint oauth2.Endpoint
	verifier *oidc.IDTokenVerifier
	logout   string // end_session_endpoint; empty: none
	named    bool   // it names itself when it sends people back (RFC 9207)
}

// Answers asks the provider what it is, or reports why it does not say.
func (c *Client) Answers(ctx context.Context) error {
	_, err := c.found(ctx)
	return err
}

// found returns the provider, looking for it where it has not been found yet. Keys are
// read when a token names one that is not known, so that they can be changed any time.
func (c *Client) found(ctx context.Context) (*provider, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.provider != nil {
		return c.provider, nil
	}
	if now := c.Now(); now.Sub(c.failed).Abs() < retryAfter {
		return nil, c.why
	}
	// It is found for everybody: who leaves meanwhile must not make it fail for all.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTime)
	defer cancel()
	p, err := c.discover(ctx)
	if err != nil {
		c.failed, c.why = c.Now(), fmt.Errorf("%w: %w", ErrAway, err)
		return nil, c.why
	}
	c.provider = p
	return p, nil
}

func (c *Client) discover(ctx context.Context) (*provider, error) {
	d, err := oidc.NewProvider(oidc.ClientContext(ctx, c.HTTP), c.Issuer)
	if err != nil {
		return nil, err
	}
	var said struct {
		EndSession  string   `json:"end_session_endpoint"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		NamesItself bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := d.Claims(&said); err != nil {
		return nil, err
	}
	p := &provider{endpoint: d.Endpoint(), logout: said.EndSession, named: said.NamesItself,
		verifier: d.Verifier(&oidc.Config{ClientID: c.ClientID, Now: func() time.Time { return c.Now().Add(-Leeway) }})}
	// Said, never tried out: the first of two tries would use up the code.
	p.endpoint.AuthStyle = oauth2.AuthStyleInHeader
	basic := len(said.AuthMethods) == 0 || slices.Contains(said.AuthMethods, "client_secret_basic")
	if c.ClientSecret == "" || !basic {
		p.endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return p, nil
}

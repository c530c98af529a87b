package signin

import (
	"context"
	"net/url"
	"strings"
)

// LoggedOut checks what a provider sends when someone has signed out there (OpenID Connect
// Back-Channel Logout 1.0), and returns who. Errors: *Refused, ErrAway. To hear it twice
// does no harm, so nothing is kept of it.
func (c *Client) LoggedOut(ctx context.Context, token string) (issuer, subject string, err error) {
	p, err := c.found(ctx)
	if err != nil {
		return "", "", err
	}
	said, err := p.verifier.VerifyLogout(ctx, token)
	if err != nil {
		return "", "", refused(Unsound, "%w", err)
	}
	if said.Subject == "" {
		return "", "", refused(Unsound, "the logout token names a session and nobody: have the provider send sub")
	}
	return said.Issuer, said.Subject, nil
}

// LogoutURL is where a browser goes to sign out at the provider too (OpenID Connect
// RP-Initiated Logout 1.0), and comes back from; empty where the provider offers none or
// has not been found. Nobody waits for it, also while it is being looked for.
func (c *Client) LogoutURL() string {
	if !c.mu.TryLock() {
		return ""
	}
	p := c.provider
	c.mu.Unlock()
	if p == nil || p.logout == "" {
		return ""
	}
	to, err := url.Parse(p.logout)
	if err != nil || to.Scheme != "https" && !onLoopback(to) {
		return ""
	}
	query := to.Query()
	query.Set("client_id", c.ClientID)
	query.Set("post_logout_redirect_uri", strings.TrimSuffix(c.PublicURL.String(), "/")+"/signin")
	to.RawQuery = query.Encode()
	return to.String()
}

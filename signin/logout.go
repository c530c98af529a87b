package signin

import (
	"net/url"
	"strings"
)

// LogoutURL is where a browser goes to sign out at the provider too (OpenID Connect
// RP-Initiated Logout 1.0), and comes back from; empty where the provider offers none or
// has not been found. Nobody waits for it.
func (c *Client) LogoutURL() string {
	c.mu.Lock()
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

// Package signin proves who someone is: it sends a browser to an OpenID Connect provider
// and checks what it comes back with (authorization code with PKCE; OpenID Connect Core
// 1.0, RFC 7636, RFC 9207).
//
// It answers with the claims of a person whom the provider vouches for, and knows neither
// roles nor agents: whether they may come in, and as what, is policy. It never trusts
// what a browser says about where callas is, and nothing that it keeps outlives ten minutes.
package signin

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// CallbackPath is where the provider sends people back to, below the public URL: what is
// registered there as the redirect URI.
const CallbackPath = "/signin/callback"

const (
	// TicketLife is how long someone may take at the provider: a second factor that has
	// to be fetched from a drawer fits in.
	TicketLife = 10 * time.Minute
	// Leeway is how far the provider's clock may be behind this one.
	Leeway = time.Minute
	// askTime bounds one question to the provider; a person waits for it.
	askTime = 10 * time.Second
	// retryAfter spares a provider that does not answer, and the people who wait for it:
	// it is not asked more often to say what it is.
	retryAfter = 2 * time.Second
)

// Parts is what a client is made of.
type Parts struct {
	Issuer       string           // the provider, as it names itself: a URL
	ClientID     string           // callas's name there
	ClientSecret string           // empty: a public client, which PKCE alone protects
	PublicURL    *url.URL         // how browsers reach callas: scheme and host
	Scopes       []string         // asked for beside openid
	Random       io.Reader        // crypto/rand where nil
	Now          func() time.Time // the clock; time.Now where nil
	HTTP         *http.Client     // how the provider is asked; one with a time limit where nil
}

// A Client is callas at one provider. It is safe for concurrent use.
type Client struct {
	Parts
	seal  *seal
	spent *spent

	mu       sync.Mutex
	provider *provider // nil: not found yet
	failed   time.Time // when it was looked for last, in vain
	why      error
}

// New makes a finished client, or says what is wrong with its parts. It asks nobody yet:
// callas starts while the provider is down.
func New(p Parts) (*Client, error) {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Random == nil {
		p.Random = rand.Reader
	}
	if p.HTTP == nil {
		p.HTTP = &http.Client{Timeout: askTime}
	}
	issuer, err := url.Parse(p.Issuer)
	switch {
	case err != nil || issuer.Host == "" || issuer.Scheme != "https" && issuer.Scheme != "http":
		return nil, fmt.Errorf("signin: issuer %q: write the provider's URL, such as https://login.example.org/realms/main", p.Issuer)
	case issuer.Scheme == "http" && !onLoopback(issuer):
		return nil, fmt.Errorf("signin: issuer %q: whoever is between could sign in as anyone: use https", p.Issuer)
	case p.ClientID == "":
		return nil, errors.New("signin: no client id: what callas is registered as at the provider")
	case p.PublicURL == nil:
		return nil, errors.New("signin: no public URL: the provider has to know where to send people back to")
	case p.PublicURL.Scheme != "https" && !onLoopback(p.PublicURL):
		return nil, fmt.Errorf("signin: public URL %q: use https", p.PublicURL)
	}
	seal, err := newSeal(p.Random)
	if err != nil {
		return nil, fmt.Errorf("signin: %w", err)
	}
	if !slices.Contains(p.Scopes, "openid") {
		p.Scopes = append([]string{"openid"}, p.Scopes...)
	}
	return &Client{Parts: p, seal: seal, spent: newSpent()}, nil
}

func onLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// Name is the provider's host, for a button.
func (c *Client) Name() string {
	u, err := url.Parse(c.Issuer)
	if err != nil {
		return c.Issuer
	}
	return u.Hostname()
}

// oauth is the client as the provider that was found is asked.
func (c *Client) oauth(p *provider) *oauth2.Config {
	return &oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: p.endpoint,
		RedirectURL: strings.TrimSuffix(c.PublicURL.String(), "/") + CallbackPath, Scopes: c.Scopes}
}

// ErrAway says that the provider could not be asked. It may be back in a moment.
var ErrAway = errors.New("the sign-in provider does not answer")

// A Refused is a sign-in that did not come about.
type Refused struct {
	Why   Refusal
	cause error
}

// A Refusal is why, as a page may say it.
type Refusal string

// The refusals.
const (
	BeginAgain Refusal = "begin_again" // begun in another browser, too long ago, or finished already
	Denied     Refusal = "denied"      // the provider says no, or the person does
	Unsound    Refusal = "unsound"     // what came back cannot be trusted
)

func refused(why Refusal, format string, args ...any) error {
	return &Refused{why, fmt.Errorf(format, args...)}
}

// Error tells the cause: for the log, since parts of it come from outside.
func (r *Refused) Error() string { return fmt.Sprintf("sign-in %s: %v", r.Why, r.cause) }

// Unwrap returns the cause.
func (r *Refused) Unwrap() error { return r.cause }

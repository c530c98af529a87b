package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// A ticket is one sign-in under way. The browser that began it keeps it, sealed, in a
// cookie: so nobody can fill a list on this side by beginning and going away, and another
// browser cannot finish it.
type ticket struct {
	State    string    `json:"s"` // comes back in the address
	Nonce    string    `json:"n"` // comes back in the ID token
	Verifier string    `json:"v"` // PKCE: proves to the provider who began
	Return   string    `json:"r"` // where the person was going
	Until    time.Time `json:"u"`
}

// cookieName is the ticket's cookie. With the prefix __Host- a browser takes it only from
// this host itself, over TLS: not from a neighbour's subdomain.
func (c *Client) cookieName() string {
	if c.PublicURL.Scheme == "https" {
		return "__Host-callas-signin"
	}
	return "callas-signin"
}

// keep gives the browser a ticket, or takes it away where t is nil.
func (c *Client) keep(w http.ResponseWriter, t *ticket) error {
	// Lax: the provider sends the browser back from another site.
	cookie := &http.Cookie{Name: c.cookieName(), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: c.PublicURL.Scheme == "https", MaxAge: -1}
	if t != nil {
		sealed, err := c.seal.close(t, cookie.Name)
		if err != nil {
			return err
		}
		cookie.Value, cookie.MaxAge = sealed, int(TicketLife.Seconds())
	}
	http.SetCookie(w, cookie)
	return nil
}

// ticket reads the browser's ticket.
func (c *Client) ticket(r *http.Request) (*ticket, error) {
	cookie, err := r.Cookie(c.cookieName())
	if err != nil {
		return nil, errors.New("the browser has no sign-in under way")
	}
	t := &ticket{}
	if err := c.seal.open(cookie.Value, cookie.Name, t); err != nil {
		return nil, err
	}
	if c.Now().After(t.Until) {
		return nil, errors.New("it was begun too long ago")
	}
	return t, nil
}

// A seal hides and authenticates what a browser keeps (AES-256-GCM). Its key lives as long
// as the process: a sign-in that is under way at a restart is begun again.
type seal struct {
	aead   cipher.AEAD
	random io.Reader
}

func newSeal(random io.Reader) (*seal, error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("random: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &seal{aead, random}, err
}

func (s *seal) close(v any, name string) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return "", fmt.Errorf("random: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, text, []byte(name))), nil
}

func (s *seal) open(sealed, name string, into any) error {
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(b) < s.aead.NonceSize() {
		return errors.New("the ticket is none of ours")
	}
	text, err := s.aead.Open(nil, b[:s.aead.NonceSize()], b[s.aead.NonceSize():], []byte(name))
	if err != nil {
		return errors.New("the ticket is none of ours, or from before a restart")
	}
	return json.Unmarshal(text, into)
}

// maxSpent bounds the list of finished tickets. It holds ten minutes of a rush; what falls
// out before its time is still worth nothing, since the provider takes a code only once.
const maxSpent = 10_000

// spent remembers tickets that were finished until they end by themselves, so that an
// address that was seen on its way works for nobody a second time.
type spent struct {
	mu    sync.Mutex
	until map[string]time.Time // by state
	order []string
}

func newSpent() *spent { return &spent{until: map[string]time.Time{}} }

// spend reports whether a ticket was still good, and makes it no longer so.
func (s *spent) spend(t *ticket, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, already := s.until[t.State]; already {
		return false
	}
	for len(s.order) > 0 && (len(s.order) >= maxSpent || now.After(s.until[s.order[0]])) {
		delete(s.until, s.order[0])
		s.order = s.order[1:]
	}
	s.until[t.State] = t.Until
	s.order = append(s.order, t.State)
	return true
}

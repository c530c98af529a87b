package callas

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what may be entered. Adapters hold what leaves to the same.
const (
	MaxID   = 64  // bytes: fits every platform's account code
	MaxName = 128 // bytes: what phones still show and proxies still carry in a display name
	MaxURI  = 255 // bytes: the longest URI that every measured platform passed on whole
)

// CheckID reports why s cannot be an id.
func CheckID(s string) error {
	if s == "" {
		return fmt.Errorf("is missing: give a lower-case id such as \"help\"")
	}
	if len(s) > MaxID {
		return fmt.Errorf("is %d bytes long: at most %d", len(s), MaxID)
	}
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r)) {
			return fmt.Errorf("%q holds %q: use a-z, 0-9, dot, underscore and hyphen", s, r)
		}
	}
	return nil
}

// CheckName reports why s cannot be shown as a name. A line break in a name has
// become an injected SIP header on the callee's phone.
func CheckName(s string) error {
	if strings.TrimSpace(s) == "" {
		return fmt.Errorf("is missing: give a name that people will recognise")
	}
	return checkText(s, MaxName)
}

// CheckURI reports why s cannot be sent as a URI.
func CheckURI(s string) error {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || (scheme != "sip" && scheme != "sips" && scheme != "tel") {
		return fmt.Errorf("%q is no URI that a phone can show: write sip:help@example.org", s)
	}
	if strings.ContainsAny(s, " \t") {
		return fmt.Errorf("%q holds a space", s)
	}
	return checkText(s, MaxURI)
}

func checkText(s string, limit int) error {
	if len(s) > limit {
		return fmt.Errorf("is %d bytes long: at most %d", len(s), limit)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("is not valid UTF-8")
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
			return fmt.Errorf("holds the control character %U: remove it", r)
		}
		if strings.ContainsRune("\"\\<>", r) {
			return fmt.Errorf("holds %q, which would break out of a SIP header: remove it", r)
		}
	}
	return nil
}

// A Problem is one thing wrong with what was sent, at a JSON pointer (RFC 6901).
type Problem struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

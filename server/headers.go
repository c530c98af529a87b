package server

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"callas/source"
)

// requestKey names a request that carries an Idempotency-Key, the same for the same
// request of the same principal only: nobody can be answered with another's change,
// and a key used again for something else does that something else. body is what was
// sent, or its digest. Empty without a key.
func (r *request) requestKey(body string) (string, error) {
	sent := r.http.GetHeader("Idempotency-Key")
	if sent == "" {
		return "", nil
	}
	if !echoable(sent) {
		return "", refuse(badRequest, "Idempotency-Key: send 1 to %d printable ASCII characters, such as a UUID", MaxRequestID)
	}
	h := sha256.New()
	req := r.http.Request
	// Two people may have one name: a provider says what they are called.
	for _, part := range append([]string{r.by.Name, string(r.by.Role), r.by.Agent,
		req.Method, req.URL.Path, req.URL.RawQuery, req.Header.Get("If-Match"), sent, body}, r.by.Units...) {
		var size [8]byte // each part with its length: no two requests may run together to one
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// reason reads why something is changed from Callas-Reason, percent-decoded; body is
// what the body says, which comes first.
func (r *request) reason(body string) (string, error) {
	why, at := body, "/reason"
	if why == "" {
		at = ""
		var err error
		if why, err = url.PathUnescape(r.http.GetHeader("Callas-Reason")); err != nil {
			return "", refuse(badRequest, "Callas-Reason: %v", err)
		}
	}
	why = strings.TrimSpace(why)
	switch {
	case len(why) > MaxReason:
		return "", badAt(at, "the reason has %d bytes: at most %d", len(why), MaxReason)
	case !utf8.ValidString(why):
		return "", badAt(at, "the reason is not valid UTF-8")
	case strings.ContainsFunc(why, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }):
		return "", badAt(at, "the reason holds a control character")
	}
	return why, nil
}

// A wanted is what If-Match and If-None-Match ask of a row.
type wanted struct {
	said bool  // If-Match: * where nothing else is
	none bool  // If-None-Match: *
	rev  int64 // If-Match: "42"
}

// wanted reads If-Match and If-None-Match. A weak or unknown tag matches no row.
func (r *request) wanted() (wanted, error) {
	match, none := strings.TrimSpace(r.http.GetHeader("If-Match")), strings.TrimSpace(r.http.GetHeader("If-None-Match"))
	switch {
	case match != "" && none != "":
		return wanted{}, refuse(badRequest, "send If-Match or If-None-Match, not both")
	case none == "*":
		return wanted{said: true, none: true}, nil
	case none != "":
		return wanted{}, refuse(badRequest, "If-None-Match: only * is understood here: only if there is no such row")
	case match == "*":
		return wanted{said: true}, nil
	case match == "":
		return wanted{}, nil
	}
	if tag, err := strconv.Unquote(match); err == nil {
		if rev, err := strconv.ParseInt(tag, 10, 64); err == nil && rev > 0 {
			return wanted{said: true, rev: rev}, nil
		}
	}
	if strings.Contains(match, ",") {
		return wanted{}, refuse(badRequest, "If-Match: send one ETag, as the row's answer gave it")
	}
	return wanted{said: true, rev: -1}, nil
}

// of turns what is wanted into what the source checks when it writes; have is the
// row's revision in the facts, 0 where there is none.
func (w wanted) of(have int64) source.Precondition {
	switch {
	case w.none, !w.said && have == 0:
		return source.Absent
	case w.rev != 0:
		return source.At(w.rev)
	}
	return source.At(have)
}

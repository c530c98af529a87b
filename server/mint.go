package server

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"callas"
)

// A Mint makes access tokens.
type Mint struct {
	Random io.Reader
	Now    func() time.Time
}

// Strike makes a token for someone: its row, which keeps a hash, and the token itself,
// which nobody keeps. It lives for life, forever where that is zero. Who has no name is
// called by the role and the token's id.
func (m Mint) Strike(by callas.Principal, use callas.TokenUse, life time.Duration) (*callas.AccessToken, string, error) {
	random := make([]byte, 5+32)
	if _, err := io.ReadFull(m.Random, random); err != nil {
		return nil, "", fmt.Errorf("random: %w", err)
	}
	letters := base32.StdEncoding.WithPadding(base32.NoPadding)
	id, secret := strings.ToLower(letters.EncodeToString(random[:5])), strings.ToLower(letters.EncodeToString(random[5:]))
	if by.Name == "" {
		by.Name = string(by.Role) + "-" + id
	}
	now := m.Now().UTC()
	row := &callas.AccessToken{ID: id, Hash: hashOf(secret), Principal: by, Use: use, CreatedAt: now}
	if life > 0 {
		end := now.Add(life)
		row.ExpiresAt = &end
	}
	return row, tokenPrefix + id + "_" + secret, nil
}

// tokenPrefix makes tokens easy to find where they leak.
const tokenPrefix = "callas_"

// split takes a token apart: callas_<id>_<secret>.
func split(token string) (id, secret string, ok bool) {
	named, ok := strings.CutPrefix(token, tokenPrefix)
	cut := strings.LastIndexByte(named, '_')
	if !ok || cut < 0 {
		return "", "", false
	}
	return named[:cut], named[cut+1:], true
}

// isOurs reports whether a token is written as one that a Mint has struck.
func isOurs(token string) bool { return strings.HasPrefix(token, tokenPrefix) }

// hashOf is what is kept of a secret. It needs no salt and no slow hash: a secret is 256
// random bits.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

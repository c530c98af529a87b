package settings

import (
	"time"

	"callas"
	"callas/source"
	"callas/state"
)

// Times of sign-ins and links.
const (
	// SignInLife is how long a sign-in lives without being used: a shift with its overtime,
	// so that nobody signs in twice a day and a forgotten browser is out by the next.
	SignInLife = 12 * time.Hour
	// MaxSignInLife is how long one lives at most, however much it is used: what a person may
	// do is settled when they sign in, and is asked for anew at least that often.
	MaxSignInLife = 7 * 24 * time.Hour
	// LinkLife is how long a link can be redeemed: long enough to send it and to click it,
	// too short to be found in a mailbox.
	LinkLife = 15 * time.Minute
)

// TokenEnded reports whether a token lets nobody in any more: its time is up, or the token
// that a sign-in was made with has been revoked or has expired.
func TokenEnded(sn *state.Snapshot, t *callas.AccessToken, now time.Time) bool {
	if t.ExpiresAt != nil && !t.ExpiresAt.After(now) {
		return true
	}
	if t.Parent == "" {
		return false
	}
	parent := sn.AccessToken(t.Parent)
	return parent == nil || parent.Parent != "" || TokenEnded(sn, parent, now)
}

// Prolong works out that a sign-in goes on, since it is used at that time; nil where it is
// not due yet. Each is written at most once in half a SignInLife: what is used every few
// seconds must not be written as often.
func Prolong(t *callas.AccessToken, now time.Time) *source.Write {
	if t.Use != callas.UseSignIn || t.ExpiresAt == nil || t.ExpiresAt.Sub(now) > SignInLife/2 {
		return nil
	}
	end := now.Add(SignInLife)
	if last := t.CreatedAt.Add(MaxSignInLife); end.After(last) {
		end = last
	}
	if !end.After(*t.ExpiresAt) {
		return nil
	}
	longer := *t
	longer.ExpiresAt = &end
	return &source.Write{Kind: callas.KindToken, ID: t.ID, Row: Normal(&longer), If: source.At(t.Rev)}
}

// SignInsOf deletes the sign-ins of whom a provider vouches for.
func SignInsOf(sn *state.Snapshot, subject string) []source.Write {
	var out []source.Write
	for row := range sn.Rows(callas.KindToken) {
		if t := row.(*callas.AccessToken); t.Use == callas.UseSignIn && t.Subject == subject {
			out = append(out, source.Write{Kind: callas.KindToken, ID: t.ID})
		}
		if len(out) == source.MaxWrites {
			break
		}
	}
	return out
}

// EndedSignIns deletes the sign-ins and links that let nobody in any more: at most
// source.MaxWrites of them, the rest at the next time. A lasting token that has expired
// stays for its owner to see.
func EndedSignIns(sn *state.Snapshot, now time.Time) []source.Write {
	var out []source.Write
	for row := range sn.Rows(callas.KindToken) {
		if t := row.(*callas.AccessToken); t.Use != callas.UseToken && TokenEnded(sn, t, now) {
			out = append(out, source.Write{Kind: callas.KindToken, ID: t.ID, If: source.At(t.Rev)})
		}
		if len(out) == source.MaxWrites {
			break
		}
	}
	return out
}

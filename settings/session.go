package settings

import (
	"time"

	"callas"
	"callas/source"
	"callas/state"
)

// Why a selection ended: a session's ended_because.
const (
	EndedOffDuty        = "off_duty"        // the agent went off duty, or the active profile was deleted
	EndedLoggedOut      = "logged_out"      // the agent logged out
	EndedExpired        = "expired"         // its time was up
	EndedServiceDeleted = "service_deleted" // the service is no more
	EndedProfileChanged = "profile_changed" // a newly chosen profile does not offer it
)

// Endings lists every reason why a selection may have ended.
func Endings() []string {
	return []string{EndedOffDuty, EndedLoggedOut, EndedExpired, EndedServiceDeleted, EndedProfileChanged}
}

// Now returns a session as it stands at that time: a selection whose time is up has
// ended. The row itself is returned where nothing has.
func Now(s *callas.Session, now time.Time) *callas.Session {
	if s.CallAs == "" || s.ExpiresAt == nil || now.Before(*s.ExpiresAt) {
		return s
	}
	ended := *s
	ended.Since = s.ExpiresAt.UTC()
	end(&ended, EndedExpired)
	return &ended
}

// LogOut works out an agent's session when the agent has gone: no profile, None. It
// returns nil where there is nothing to change.
func LogOut(sn *state.Snapshot, now time.Time, agent string) *source.Write {
	stored := sn.Session(agent)
	if stored == nil {
		return nil
	}
	after := *Now(stored, now)
	if after.Profile != "" || after.CallAs != "" {
		after.Since = now
	}
	after.Profile = ""
	end(&after, EndedLoggedOut)
	return written(stored, &after)
}

// Expired writes down that selections have ended whose time is up: at most
// source.MaxWrites of them, the rest at the next time.
func Expired(sn *state.Snapshot, now time.Time) []source.Write {
	var out []source.Write
	for row := range sn.Rows(callas.KindSession) {
		stored := row.(*callas.Session)
		if after := Now(stored, now); after != stored {
			out = append(out, *written(stored, after))
		}
		if len(out) == source.MaxWrites {
			break
		}
	}
	return out
}

// written is the write of a session, conditional on what it was worked out from.
func written(stored, after *callas.Session) *source.Write {
	w := &source.Write{Kind: callas.KindSession, ID: after.Agent, Row: Normal(after), If: source.Absent}
	if stored != nil {
		if Same(stored, after) {
			return nil
		}
		w.If = source.At(stored.Rev)
	}
	return w
}

// end puts a selection back to None and keeps why. Without a selection nothing ends.
func end(s *callas.Session, because string) {
	if s.CallAs != "" {
		s.CallAs, s.ExpiresAt, s.EndedBecause = "", nil, because
	}
}

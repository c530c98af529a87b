package web

import (
	"net/http"
	"time"

	"callas/client"
)

// An auditSeal tells whether one of the records is what was written.
type auditSeal struct {
	Intact  string // what is said where it is
	Broken  string // and where it is not
	OK      bool
	At      time.Time
	Problem string
	Chain   string
}

// auditSeals are those of changes and decisions, as far as they were looked at and the
// reader may know.
func (v *visit) auditSeals() ([]auditSeal, error) {
	type found struct {
		VerifiedAt time.Time `json:"verified_at"`
		OK         bool      `json:"ok"`
		Problem    string    `json:"problem"`
		Chain      string    `json:"chain"`
		Revision   string    `json:"revision"`
	}
	var record struct{ Changes, Decisions *found }
	err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/record"}, &record)
	if unseen(err) {
		return nil, nil
	}
	var seals []auditSeal
	add := func(f *found, intact, broken string) {
		if f != nil {
			seals = append(seals, auditSeal{OK: f.OK, At: f.VerifiedAt, Problem: f.Problem, Chain: f.Chain + f.Revision, Intact: intact, Broken: broken})
		}
	}
	add(record.Changes, v.say("audit.seal_changes"), v.say("audit.break_changes"))
	add(record.Decisions, v.say("audit.seal_decisions"), v.say("audit.break_decisions"))
	return seals, err
}

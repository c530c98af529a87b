package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"callas"
	"callas/hint"
	"callas/server/wire"
	"callas/source"
)

// A Problem is an error as it travels: RFC 9457, application/problem+json.
type Problem struct {
	Type    string           `json:"type"` // urn:callas:problem:<slug>
	Title   string           `json:"title"`
	Status  int              `json:"status"`
	Detail  string           `json:"detail,omitempty"`
	Errors  []callas.Problem `json:"errors,omitempty"`  // what was wrong, by JSON pointer; at most MaxProblems
	Reasons []callas.Reason  `json:"reasons,omitempty"` // why policy refused
	Current callas.Row       `json:"current,omitempty"` // the row as it is, where If-Match failed

	retry bool  // the same request may succeed in a moment: Retry-After
	cause error // for the log of a 500, never sent
}

// Told is the problem as a page tells it: see web.
func (p *Problem) Told() (status int, title, detail string, reasons []callas.Reason, errors []callas.Problem) {
	return p.Status, p.Title, p.Detail, p.Reasons, p.Errors
}

// Error reads the problem as one line.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return strings.ToLower(p.Title)
	}
	return strings.ToLower(p.Title) + ": " + p.Detail
}

// A slug names a kind of problem; it fixes status and title.
type slug string

const (
	badRequest         slug = "bad-request"
	unauthenticated    slug = "unauthenticated"
	forbidden          slug = "forbidden"
	notFound           slug = "not-found"
	methodNotAllowed   slug = "method-not-allowed"
	conflict           slug = "conflict"
	planOutdated       slug = "plan-outdated"
	preconditionFailed slug = "precondition-failed"
	tooLarge           slug = "too-large"
	unsupportedMedia   slug = "unsupported-media-type"
	unavailableService slug = "unavailable-service"
	invalid            slug = "invalid"
	internal           slug = "internal"
	sourceAway         slug = "source-away"
	stale              slug = "stale"
	busy               slug = "busy"
)

func (s slug) meaning() (status int, title string) {
	switch s {
	case badRequest:
		return http.StatusBadRequest, "The request could not be read"
	case unauthenticated:
		return http.StatusUnauthorized, "No valid access token"
	case forbidden:
		return http.StatusForbidden, "Not allowed"
	case notFound:
		return http.StatusNotFound, "Not found"
	case methodNotAllowed:
		return http.StatusMethodNotAllowed, "Not that method"
	case conflict:
		return http.StatusConflict, "In conflict with another setting"
	case planOutdated:
		return http.StatusConflict, "The plan is out of date"
	case preconditionFailed:
		return http.StatusPreconditionFailed, "Changed by someone else"
	case tooLarge:
		return http.StatusRequestEntityTooLarge, "Too large"
	case unsupportedMedia:
		return http.StatusUnsupportedMediaType, "Not that content type"
	case unavailableService:
		return http.StatusUnprocessableEntity, "That service is not available now"
	case invalid:
		return http.StatusUnprocessableEntity, "Not valid"
	case sourceAway:
		return http.StatusServiceUnavailable, "The source of settings is away"
	case stale:
		return http.StatusServiceUnavailable, "The facts are not that new yet"
	case busy:
		return http.StatusServiceUnavailable, "Busy"
	default:
		return http.StatusInternalServerError, "Something went wrong inside callas"
	}
}

// refuse makes a problem of a kind and a sentence that tells the next step.
func refuse(s slug, format string, args ...any) *Problem {
	status, title := s.meaning()
	return &Problem{
		Type: "urn:callas:problem:" + string(s), Title: title, Status: status,
		Detail: fmt.Sprintf(format, args...),
		retry:  status == http.StatusServiceUnavailable,
	}
}

// at adds what is wrong at a JSON pointer.
func (p *Problem) at(pointer, format string, args ...any) *Problem {
	p.Errors = append(p.Errors, callas.Problem{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
	return p
}

// badAt is a request that could not be read because of one place in it.
func badAt(pointer, format string, args ...any) *Problem {
	return refuse(badRequest, "see errors").at(pointer, format, args...)
}

// parameters hands each parameter of a list's query to read, with its place, and returns
// what is wrong with them: what read finds, unknown names and repeated ones.
func parameters(values url.Values, known []string, read func(p *Problem, key, at, value string)) *Problem {
	p := refuse(badRequest, "see errors")
	for key, all := range values {
		switch at := "/" + wire.Escape(key); {
		case len(all) > 1:
			p.at(at, "is given twice")
		case !slices.Contains(known, key):
			p.at(at, "unknown field %.64q%s", key, hint.DidYouMean(key, slices.Values(known)))
		default:
			read(p, key, at, all[0])
		}
	}
	return p
}

// veiled leaves out of what the source says of rows those that the asker did not name and
// may not see: a change takes others along, and rows promise one another things.
func (s *Server) veiled(r *request, err error) error {
	var (
		p         *Problem
		moved     *source.Conflict
		violation *source.Violation
	)
	switch {
	case errors.As(err, &p):
	case errors.As(err, &moved):
		sn := s.State.Snapshot()
		if moved.ID != r.http.Param("id") && !s.eyes(r, sn).Covers(sn.Row(moved.Kind, moved.ID)) {
			return refuse(conflict, "a row that would change along with it was changed at the same moment: repeat")
		}
	case errors.As(err, &violation):
		if v, unseen := s.see(r, s.State.Snapshot()); unseen != nil || v.visible() != nil {
			return refuse(conflict, "a row that it has to do with was changed at the same moment: read again and repeat")
		}
	}
	return err
}

// problemOf is the one place where an error becomes a status.
func problemOf(err error) *Problem {
	var (
		p         *Problem
		moved     *source.Conflict
		violation *source.Violation
		unread    *wire.Error
	)
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &unread):
		return badAt(unread.Pointer, "%s", unread.Detail)
	case errors.As(err, &moved):
		return refuse(conflict, "%s %s was changed at the same moment: read it again and repeat", moved.Kind, moved.ID)
	case errors.As(err, &violation):
		return refuse(conflict, "see errors").at("", "%s %s: %s", violation.Kind, violation.ID, violation.Detail)
	case errors.Is(err, source.ErrTooLarge):
		return refuse(tooLarge, "%v: make it in parts", err)
	case errors.Is(err, source.ErrAway):
		return refuse(sourceAway, "nothing was changed; calls go on with the settings of the revision told in Callas-Revision")
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(busy, "it took too long; repeat with the same Idempotency-Key, so that nothing is done twice")
	}
	p = refuse(internal, "the log tells more under this answer's X-Request-ID")
	p.cause = err
	return p
}

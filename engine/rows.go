package engine

import (
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// show turns a row into what a policy reads: the row's JSON, written by hand because
// it stands between a call and its answer. Two things are judged by the clock here, so
// that no policy needs one: an expired selection reads as None, and an expired right of
// use as expired. And two are worked out: a unit's path (itself, its parent, up to the
// root) and whether a service finds the facts too old.
func (m *moment) show(row callas.Row) ast.Value {
	switch r := row.(type) {
	case *callas.Unit:
		return m.showUnit(r)
	case *callas.Service:
		return m.showService(r)
	case *callas.Profile:
		return fields(meta(r.Meta,
			text("id", r.ID), text("name", r.Name), some("unit", r.Unit),
			when("off_duty", r.OffDuty), list("services", r.Services)))
	case *callas.Agent:
		return fields(meta(r.Meta,
			text("id", r.ID), text("name", r.Name), text("unit", r.Unit), flag("enabled", r.Enabled),
			list("aliases", r.Aliases), some("number", r.Number), some("uri", r.URI),
			one("direction", r.Direction), list("profiles", r.Profiles), lists("responsible", r.Responsible)))
	case *callas.Session:
		return m.showSession(r)
	}
	return ast.Null{} // an access token: policies never see one
}

func (m *moment) showUnit(u *callas.Unit) ast.Value {
	path := []string{u.ID}
	for parent := u.Parent; parent != "" && !slices.Contains(path, parent); {
		path = append(path, parent)
		above, ok := m.look(callas.KindUnit, parent).(*callas.Unit)
		if !ok {
			break
		}
		parent = above.Parent
	}
	return fields(meta(u.Meta,
		text("id", u.ID), text("name", u.Name), some("parent", u.Parent), some("asserted", u.Asserted), list("path", path)))
}

func (m *moment) showService(s *callas.Service) ast.Value {
	numbers := make([]*ast.Term, len(s.Numbers))
	for i, n := range s.Numbers {
		status := n.RightOfUse.Status
		if status == callas.RightVerified && m.past(n.RightOfUse.Expires) {
			status = callas.RightExpired
		}
		right := fields([]field{
			one("status", status), some("evidence", n.RightOfUse.Evidence), at("expires", n.RightOfUse.Expires)})
		numbers[i] = ast.NewTerm(fields([]field{
			text("e164", n.E164), list("countries", n.Countries), when("default", n.Default), {"right_of_use", ast.NewTerm(right)}}))
	}
	return fields(meta(s.Meta,
		text("id", s.ID), text("name", s.Name), text("display_name", s.DisplayName), text("unit", s.Unit),
		flag("call_as_enabled", s.CallAsEnabled), field{"numbers", ast.NewTerm(ast.NewArray(numbers...))},
		some("uri", s.URI), some("asserted", s.Asserted), number("hue", s.Hue),
		some("serve_stale", s.ServeStale), when("stale", m.tooOld(s.ServeStale))))
}

func (m *moment) showSession(s *callas.Session) ast.Value {
	callAs, ended := s.CallAs, s.EndedBecause
	if callAs != "" && m.past(s.ExpiresAt) {
		callAs, ended = "", "expired"
	}
	return fields(meta(s.Meta,
		text("agent", s.Agent), some("profile", s.Profile), some("call_as", callAs),
		at("since", &s.Since), at("expires_at", s.ExpiresAt), some("ended_because", ended)))
}

func past(deadline *time.Time, now time.Time) bool { return deadline != nil && !now.Before(*deadline) }

// past reports whether a deadline is over; one to come bounds what stands on it.
func (m *moment) past(deadline *time.Time) bool {
	over := past(deadline, m.now)
	if deadline != nil && !over && (m.until.IsZero() || deadline.Before(m.until)) {
		m.until = *deadline
	}
	return over
}

// tooOld reports whether the facts are older than a service lets them be.
func (m *moment) tooOld(serveStale string) bool {
	bound, err := time.ParseDuration(serveStale)
	if err != nil {
		return false // none set
	}
	m.ages = append(m.ages, ageBound{bound, m.age > bound})
	return m.age > bound
}

// A field is one member of a row; one with a nil value is left out.
type field struct {
	name  string
	value *ast.Term
}

func fields(fs []field) ast.Value {
	out := ast.NewObject()
	for _, f := range fs {
		if f.value != nil {
			out.Insert(word(f.name), f.value)
		}
	}
	return out
}

func meta(m callas.Meta, fs ...field) []field {
	fs = append(fs, field{"rev", ast.IntNumberTerm(int(m.Rev))}, some("source", m.Source))
	if len(m.Locked) > 0 {
		fs = append(fs, list("locked", m.Locked))
	}
	return fs
}

// words are the terms of names and values that every evaluation reads: constants, made
// once. OPA interns only words of its own.
var words = func() map[string]*ast.Term {
	out := map[string]*ast.Term{}
	for _, s := range strings.Fields(`
		id name display_name unit parent asserted path call_as_enabled numbers uri hue serve_stale stale
		e164 countries default right_of_use status evidence expires off_duty services
		enabled aliases number direction profiles responsible
		agent profile call_as since expires_at ended_because rev source locked
		target class country modality time weekday minute date zone
		by role units action kind before after fields as identity reasons
		none internal external all emergency pstn federated unknown audio video im
		verified pending expired revoked create update delete session service admin supervisor auditor platform`) {
		out[s] = ast.StringTerm(s)
	}
	return out
}()

// word is the term of a string that is probably one of the words.
func word(s string) *ast.Term {
	if t := words[s]; t != nil {
		return t
	}
	return ast.StringTerm(s)
}

func text(name, s string) field { return field{name, ast.StringTerm(s)} }

// one is text whose value is one of a few.
func one[S ~string](name string, s S) field { return field{name, word(string(s))} }

func some(name, s string) field {
	if s == "" {
		return field{}
	}
	return text(name, s)
}

func flag(name string, b bool) field { return field{name, ast.InternedTerm(b)} }

func when(name string, b bool) field {
	if !b {
		return field{}
	}
	return flag(name, b)
}

func number(name string, n int) field {
	if n == 0 {
		return field{}
	}
	return field{name, ast.InternedTerm(n)}
}

func at(name string, t *time.Time) field {
	if t == nil {
		return field{}
	}
	return text(name, t.Format(time.RFC3339Nano))
}

func list(name string, items []string) field {
	terms := make([]*ast.Term, len(items))
	for i, s := range items {
		terms[i] = ast.StringTerm(s)
	}
	return field{name, ast.NewTerm(ast.NewArray(terms...))}
}

func lists(name string, m map[string][]string) field {
	out := ast.NewObject()
	for key, items := range m {
		out.Insert(ast.StringTerm(key), list(key, items).value)
	}
	return field{name, ast.NewTerm(out)}
}

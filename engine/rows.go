package engine

import (
	"slices"
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
			text("direction", string(r.Direction)), list("profiles", r.Profiles), lists("responsible", r.Responsible)))
	case *callas.Session:
		return m.showSession(r)
	}
	return ast.Null{} // an access token: policies never see one
}

func (m *moment) showUnit(u *callas.Unit) ast.Value {
	path := []string{u.ID}
	for parent := u.Parent; parent != "" && !slices.Contains(path, parent); {
		path = append(path, parent)
		above := m.Unit(parent)
		if above == nil {
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
		if past(n.RightOfUse.Expires, m.now) && status == callas.RightVerified {
			status = callas.RightExpired
		}
		right := fields([]field{
			text("status", string(status)), some("evidence", n.RightOfUse.Evidence), at("expires", n.RightOfUse.Expires)})
		numbers[i] = ast.NewTerm(fields([]field{
			text("e164", n.E164), list("countries", n.Countries), when("default", n.Default), {"right_of_use", ast.NewTerm(right)}}))
	}
	bound, err := time.ParseDuration(s.ServeStale)
	return fields(meta(s.Meta,
		text("id", s.ID), text("name", s.Name), text("display_name", s.DisplayName), text("unit", s.Unit),
		flag("call_as_enabled", s.CallAsEnabled), field{"numbers", ast.NewTerm(ast.NewArray(numbers...))},
		some("uri", s.URI), some("asserted", s.Asserted), number("hue", s.Hue),
		some("serve_stale", s.ServeStale), when("stale", err == nil && m.age > bound)))
}

func (m *moment) showSession(s *callas.Session) ast.Value {
	callAs, ended := s.CallAs, s.EndedBecause
	if past(s.ExpiresAt, m.now) && callAs != "" {
		callAs, ended = "", "expired"
	}
	return fields(meta(s.Meta,
		text("agent", s.Agent), some("profile", s.Profile), some("call_as", callAs),
		at("since", &s.Since), at("expires_at", s.ExpiresAt), some("ended_because", ended)))
}

func past(deadline *time.Time, now time.Time) bool { return deadline != nil && !now.Before(*deadline) }

// A field is one member of a row; one with a nil value is left out.
type field struct {
	name  string
	value *ast.Term
}

func fields(fs []field) ast.Value {
	out := ast.NewObject()
	for _, f := range fs {
		if f.value != nil {
			out.Insert(ast.InternedTerm(f.name), f.value)
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

func text(name, s string) field { return field{name, ast.StringTerm(s)} }

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

package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
)

// read turns a policy's answer into a decision and holds it to what must be true of
// any policy's: a service's identity is shown only for a known agent and an existing
// service, with no reason against it, and nothing that leaves can break a header.
func read(answer ast.Value, m *moment, agent *callas.Agent) (callas.Decision, error) {
	d, err := decode(answer)
	if err != nil {
		return d, fmt.Errorf("%s: malformed answer: %w", decisionQuery, err)
	}
	sortReasons(d.Reasons)
	if err := sound(d, m, agent); err != nil {
		return d, fmt.Errorf("%s: %w", decisionQuery, err)
	}
	return d, nil
}

// decode reads {"as", "service", "identity", "reasons"} by hand: every call passes here.
func decode(answer ast.Value) (callas.Decision, error) {
	var d callas.Decision
	o, ok := answer.(ast.Object)
	if !ok {
		return d, fmt.Errorf("%v is no object", answer)
	}
	in := members{object: o}
	d.As = callas.As(in.text("as"))
	d.Service = in.text("service")
	d.Reasons = in.reasons("reasons")
	if identity := in.object.Get(word("identity")); identity != nil && identity.Value.Compare(ast.NullValue) != 0 {
		o, ok := identity.Value.(ast.Object)
		if !ok {
			return d, fmt.Errorf("identity: %v is no object", identity)
		}
		of := members{object: o}
		d.Identity = &callas.Identity{
			Name: of.text("name"), Number: of.text("number"), URI: of.text("uri"), Asserted: of.text("asserted")}
		if of.err != nil {
			return d, fmt.Errorf("identity: %w", of.err)
		}
	}
	return d, in.err
}

// members reads an object's members and keeps the first error. Null and absent read as empty.
type members struct {
	object ast.Object
	err    error
}

func (m *members) text(name string) string {
	t := m.object.Get(word(name))
	if t == nil {
		return ""
	}
	switch v := t.Value.(type) {
	case ast.String:
		return string(v)
	case ast.Null:
		return ""
	}
	m.fail(name, "a string", t)
	return ""
}

func (m *members) reasons(name string) []callas.Reason {
	out := []callas.Reason{}
	m.each(name, func(t *ast.Term) {
		s, ok := t.Value.(ast.String)
		if !ok {
			m.fail(name, "strings", t)
		}
		out = append(out, callas.Reason(s))
	})
	return out
}

// each goes through an array or a set.
func (m *members) each(name string, do func(*ast.Term)) {
	t := m.object.Get(word(name))
	if t == nil {
		return
	}
	switch v := t.Value.(type) {
	case *ast.Array:
		v.Foreach(do)
	case ast.Set:
		v.Foreach(do)
	case ast.Null:
	default:
		m.fail(name, "an array", t)
	}
}

func (m *members) flag(name string) bool {
	t := m.object.Get(word(name))
	if t == nil {
		return false
	}
	b, ok := t.Value.(ast.Boolean)
	if !ok {
		m.fail(name, "true or false", t)
	}
	return bool(b)
}

func (m *members) fail(name, want string, got *ast.Term) {
	if m.err == nil {
		m.err = fmt.Errorf("%s: %v, want %s", name, got, want)
	}
}

func sound(d callas.Decision, m *moment, agent *callas.Agent) error {
	switch {
	case d.As != callas.AsAgent && d.As != callas.AsService:
		return fmt.Errorf("as is %q, want \"agent\" or \"service\"", d.As)
	case d.As == callas.AsAgent && len(d.Reasons) == 0:
		return fmt.Errorf("as the agent without a reason")
	case d.As == callas.AsAgent && d.Service != "":
		return fmt.Errorf("as the agent, yet with service %q", d.Service)
	case d.As == callas.AsService && len(d.Reasons) > 0:
		return fmt.Errorf("as a service although %v", d.Reasons)
	case d.As == callas.AsService && agent == nil:
		return fmt.Errorf("as a service for an unknown agent")
	case d.As == callas.AsService && m.look(callas.KindService, d.Service) == nil:
		return fmt.Errorf("as service %q, which does not exist", d.Service)
	case d.As == callas.AsService && d.Identity == nil:
		return fmt.Errorf("as a service without an identity")
	}
	return clean(d.Identity)
}

// clean holds an identity to what may be put on a wire.
func clean(id *callas.Identity) error {
	if id == nil {
		return nil
	}
	if err := callas.CheckName(id.Name); err != nil {
		return fmt.Errorf("identity name %w", err)
	}
	if id.URI != "" {
		if err := callas.CheckURI(id.URI); err != nil {
			return fmt.Errorf("identity uri %w", err)
		}
	}
	for _, n := range []string{id.Number, id.Asserted} {
		if strings.Trim(n, "+0123456789") != "" {
			return fmt.Errorf("identity number %q is not digits", n)
		}
	}
	return nil
}

// sortReasons puts the shipped gates in the order people read them, an author's own after.
func sortReasons(rs []callas.Reason) {
	slices.SortFunc(rs, func(a, b callas.Reason) int {
		if i, j := place(a), place(b); i != j {
			return i - j
		}
		return strings.Compare(string(a), string(b))
	})
}

func place(r callas.Reason) int {
	if i := slices.Index(callas.Gates, r); i >= 0 {
		return i
	}
	return len(callas.Gates)
}

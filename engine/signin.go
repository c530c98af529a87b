package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/state"
)

// An Entry answers who may sign in with an OpenID Connect provider.
type Entry struct {
	Allow     bool              `json:"allow"`
	Principal *callas.Principal `json:"principal"`
	Reasons   []callas.Reason   `json:"reasons"`
	LookedAt  string            `json:"looked_at"` // the claim that holds roles, for who has none
}

// prepareSignIn prepares the question where the policy answers it.
func (e *Engine) prepareSignIn(w workers) error {
	if len(e.Bundle.Compiler.GetRules(ast.MustParseRef(signInQuery))) == 0 {
		return nil
	}
	q, err := prepare(e.Bundle.Compiler, w, signInQuery)
	e.signIn = &q
	return err
}

// SignIn answers as whom a person comes in of whom a provider says claims. On an error
// they do not.
func (e *Engine) SignIn(ctx context.Context, sn *state.Snapshot, issuer string, claims map[string]any) (Entry, error) {
	if e.signIn == nil {
		return Entry{}, fmt.Errorf("%s is not defined: the policy lets nobody sign in with a provider; take the package callas.signin from the shipped law", signInQuery)
	}
	said, err := ast.InterfaceToValue(claims)
	if err != nil {
		return Entry{}, fmt.Errorf("claims: %w", err)
	}
	var agents [][2]*ast.Term
	for text, id := range agentsAmong(sn, claims) {
		agents = append(agents, [2]*ast.Term{ast.StringTerm(text), ast.StringTerm(id)})
	}
	var input writing
	input.text("issuer", issuer)
	input.add("claims", ast.NewTerm(said))
	input.add("agents", ast.ObjectTerm(agents...))
	answer, err := e.signIn.ask(ctx, &e.facts, e.at(sn), input.object(), adminDeadline)
	if err != nil {
		return Entry{}, err
	}
	var entry Entry
	if err := ast.As(answer, &entry); err != nil {
		return Entry{}, fmt.Errorf("%s: malformed answer: %w", signInQuery, err)
	}
	switch {
	case entry.Allow && entry.Principal == nil:
		return Entry{}, fmt.Errorf("%s: allowed nobody in particular", signInQuery)
	case entry.Allow && len(entry.Reasons) > 0:
		return Entry{}, fmt.Errorf("%s: allowed although %v", signInQuery, entry.Reasons)
	}
	return entry, nil
}

// maxNames bounds how many texts below the first level of claims are looked up: a token
// with more is mostly groups.
const maxNames = 200

// agentsAmong looks up which texts among claims are the id or an alias of an agent. A
// policy cannot: aliases are found by an index, and reading all agents takes a second
// where there are a million.
func agentsAmong(sn *state.Snapshot, claims map[string]any) map[string]string {
	found := map[string]string{}
	name := func(text string) {
		if text == "" || len(text) > callas.MaxURI {
			return
		}
		agent := sn.Agent(text)
		if agent == nil {
			agent = sn.AgentByAlias(text)
		}
		if agent != nil {
			found[text] = agent.ID
		}
	}
	looked := 0
	var below func(v any)
	below = func(v any) {
		switch v := v.(type) {
		case string:
			if looked++; looked <= maxNames {
				name(v)
			}
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				below(v[key])
			}
		case []any:
			for _, item := range v {
				below(item)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(claims)) {
		if text, ok := claims[key].(string); ok {
			name(text)
		} else {
			below(claims[key])
		}
	}
	return found
}

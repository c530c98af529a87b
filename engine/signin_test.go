package engine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/bundles"
	"callas/engine"
)

// signing is the shipped bundle with another callas.signin; empty: with none.
func signing(t *testing.T, rules string) *bundles.Bundle {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../policies")))
	require.NoError(t, os.CopyFS(dir, os.DirFS("../bundles/default")))
	own := filepath.Join(dir, "callas", "signin")
	require.NoError(t, os.RemoveAll(own))
	if rules != "" {
		require.NoError(t, os.Mkdir(own, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(own, "signin.rego"), []byte("package callas.signin\n\n"+rules+"\n"), 0o600))
	}
	b, err := bundles.Open(t.Context(), dir)
	require.NoError(t, err)
	return b
}

func (h house) entry(t *testing.T, claims string) (engine.Entry, error) {
	t.Helper()
	var said map[string]any
	require.NoError(t, json.Unmarshal([]byte(claims), &said))
	return h.SignIn(t.Context(), h.State.Snapshot(), "https://login.example.org", said)
}

func TestWhoComesInIsPolicy(t *testing.T) {
	h := newHouse(t)
	for claims, want := range map[string]callas.Principal{
		`{"sub":"1","name":"Root","roles":["callas-admin"]}`:                                              {Name: "Root", Role: callas.RoleAdmin, Units: []string{}},
		`{"sub":"1","name":"Sue","roles":["callas-supervisor"],"callas_units":["paris","london"]}`:        {Name: "Sue", Role: callas.RoleSupervisor, Units: []string{"london"}},
		`{"sub":"1","name":"Anna","roles":["callas-agent"],"preferred_username":"anna"}`:                  {Name: "Anna", Role: callas.RoleAgent, Units: []string{}, Agent: "anna"},
		`{"sub":"1","name":"Anna","roles":["callas-agent"],"preferred_username":"Anna@Nordhang.example"}`: {Name: "Anna", Role: callas.RoleAgent, Units: []string{}, Agent: "anna"},
		`{"sub":"1","name":"Anna","roles":["callas-agent"],"preferred_username":"2001"}`:                  {Name: "Anna", Role: callas.RoleAgent, Units: []string{}, Agent: "anna"},
	} {
		got, err := h.entry(t, claims)
		require.NoError(t, err)
		require.True(t, got.Allow, "%s %v", claims, got.Reasons)
		require.Equal(t, want, *got.Principal, claims)
	}
	got, err := h.entry(t, `{"sub":"1","name":"Zoe","groups":["callas-admin"]}`)
	require.NoError(t, err)
	require.Equal(t, engine.Entry{Reasons: []callas.Reason{"no_role"}, LookedAt: "roles"}, got)
}

func TestAnAgentIsFoundAmongHoweverManyGroups(t *testing.T) {
	groups := make([]string, 1000)
	for i := range groups {
		groups[i] = fmt.Sprintf("group-%d", i)
	}
	text, err := json.Marshal(map[string]any{"a": groups, "roles": []string{"callas-agent"}, "preferred_username": "anna"})
	require.NoError(t, err)
	got, err := newHouse(t).entry(t, string(text))
	require.NoError(t, err)
	require.Equal(t, "anna", got.Principal.Agent)
}

func TestALawWithoutAWordOnSignInsLetsNobodyIn(t *testing.T) {
	h := newHouse(t, func(p *engine.Parts) { p.Bundle = signing(t, "") })
	_, err := h.entry(t, `{"sub":"1","roles":["callas-admin"]}`)
	require.ErrorContains(t, err, "the policy lets nobody sign in with a provider")
}

func TestAnAnswerThatMakesNoSenseLetsNobodyIn(t *testing.T) {
	for answer, want := range map[string]string{
		`{"allow": true, "principal": null, "reasons": []}`:                                          "allowed nobody in particular",
		`{"allow": true, "principal": {"name": "x", "role": "admin"}, "reasons": ["no_role"]}`:       "allowed although [no_role]",
		`{"allow": "yes", "principal": {"name": "x", "role": "admin"}, "reasons": []}`:               "malformed answer",
		`{"allow": count(input.claims) / 0 == 1, "principal": null, "reasons": [], "looked_at": ""}`: "is undefined for this input",
	} {
		h := newHouse(t, func(p *engine.Parts) { p.Bundle = signing(t, "principal := "+answer) })
		got, err := h.entry(t, `{"sub":"1"}`)
		require.Error(t, err, answer)
		require.ErrorContains(t, err, want)
		require.False(t, got.Allow)
	}
}

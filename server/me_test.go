package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOneIsToldWhoOneIsAndWhatOneMayDo(t *testing.T) {
	h := newHouse(t)
	all := []any{"create", "update", "delete"}
	require.Equal(t, map[string]any{"name": "lou", "role": "supervisor", "units": []any{"london"}, "unit_names": map[string]any{"london": "London"},
		"reads": []any{"unit", "service", "profile", "agent", "session"},
		"may":   map[string]any{"unit": all, "service": all, "profile": all, "agent": all, "session": all}}, h.get("lou", "/v1/me").object())
	require.Equal(t, map[string]any{"name": "anna", "role": "agent", "agent": "anna", "agent_name": "Anna Meier",
		"reads": []any{"agent", "session"}, "may": map[string]any{"session": all}}, h.get("anna", "/v1/me").object())
	require.Equal(t, map[string]any{"name": "kamailio", "role": "platform", "reads": []any{}, "may": map[string]any{}}, h.get("kamailio", "/v1/me").object())
	require.Contains(t, h.get("root", "/v1/me").object()["may"], "token")
}

package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
)

// question is what a platform sends.
type question map[string]string

func (h *house) resolve(q question) callas.Decision {
	h.t.Helper()
	var d callas.Decision
	g := h.post("kamailio", "/v1/resolve", q).is(200).into(&d)
	require.Equal(h.t, d.Revision.String(), g.header.Get("Callas-Revision"))
	return d
}

func TestFirst(t *testing.T) {
	h := newHouse(t)
	d := h.resolve(question{"agent": "anna", "target": "tel:+41791234567"})
	require.Equal(t, callas.AsService, d.As)
	require.Equal(t, "help", d.Service)
}

package web_test

import (
	"context"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/client"
)

// call has a platform ask about a call, which goes on record.
func (h *house) call(agent, target string, d *callas.Decision) {
	h.t.Helper()
	c, err := client.New(client.Parts{Server: strings.TrimPrefix(h.platform.URL, "http://")})
	require.NoError(h.t, err)
	*d, _, err = c.Resolve(context.Background(), client.Question{Agent: agent, Target: target, Modality: callas.Audio, Platform: "kamailio"})
	require.NoError(h.t, err)
}

func sorted(texts []string) []string {
	slices.Sort(texts)
	return texts
}

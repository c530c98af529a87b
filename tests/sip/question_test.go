//go:build e2e

package sip_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// What callas is asked: who was authenticated, whatever the phone says of itself.
func TestTheQuestion(t *testing.T) {
	t.Parallel()
	oracle := openOracle(t)
	proxy := openProxy(t, oracle.URL)

	ask := func(t *testing.T, c call) (question, outcome) {
		t.Helper()
		got := proxy.makes(t, c)
		asked := oracle.questions()
		require.Len(t, asked, 1, "one question a call")
		return asked[0], got
	}
	fields := func(t *testing.T, q question) map[string]string {
		t.Helper()
		var got map[string]string
		require.NoError(t, json.Unmarshal([]byte(q.body), &got), "%s", q.body)
		return got
	}

	t.Run("the agent, the request URI, what the call carries, its id", func(t *testing.T) {
		q, got := ask(t, call{agent: "anna", to: customersPhone})
		require.Equal(t, "/v1/resolve", q.path)
		require.Equal(t, "application/json", q.contentType)
		require.Empty(t, q.authorization)
		id := received(got.agent, "200 INVITE")[0].value(t, "Call-ID")
		require.Equal(t, map[string]string{"platform": "kamailio", "agent": "anna", "target": customersPhone, "modality": "audio", "call_id": id}, fields(t, q))
	})
	t.Run("video", func(t *testing.T) {
		q, _ := ask(t, call{agent: "ben", to: customersAccount, media: "video"})
		got := fields(t, q)
		require.Equal(t, []string{"ben", customersAccount, "video"}, []string{got["agent"], got["target"], got["modality"]})
	})
	t.Run("a request URI that would break out of the question", func(t *testing.T) {
		q, _ := ask(t, call{agent: "anna", to: `sip:a%22,%22agent%22:%22ben'@nordhang.example`})
		require.Equal(t, "anna", fields(t, q)["agent"])
		require.Equal(t, `sip:a%22,%22agent%22:%22ben'@nordhang.example`, fields(t, q)["target"])
	})
	t.Run("on connections that stay open", func(t *testing.T) {
		from := map[string]bool{}
		for range 8 {
			q, _ := ask(t, call{agent: "anna", to: customersPhone})
			from[q.from] = true
		}
		require.LessOrEqual(t, len(from), 4, "one connection a worker")
	})
	for _, to := range []string{"sip:112@nordhang.example", "sip:+112@nordhang.example", "sip:9-911@nordhang.example", "tel:999", "urn:service:sos.police", "sip:0112@nordhang.example;user=phone"} {
		t.Run("none for "+to+": an emergency waits for nobody", func(t *testing.T) {
			c := call{agent: "anna", to: to}
			asAgent(t, c, proxy.makes(t, c))
			require.Empty(t, oracle.questions())
		})
	}
}

func TestTheQuestionWithAToken(t *testing.T) {
	t.Parallel()
	oracle := openOracle(t)
	proxy := openProxy(t, oracle.URL, "--substdef", "!CALLAS_TOKEN!callas_kamailio_secret!g")
	c := call{agent: "anna", to: customersPhone}
	asService(t, c, proxy.makes(t, c), helpFrom)
	asked := oracle.questions()
	require.Len(t, asked, 1)
	require.Equal(t, "Bearer callas_kamailio_secret", asked[0].authorization)
	require.Equal(t, "application/json", asked[0].contentType)
	require.Equal(t, "/v1/resolve", asked[0].path)
}

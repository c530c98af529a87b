package server_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/bundles"
)

// An inquired answer, as people get it.
type inquired struct {
	callas.Decision
	Gates []struct {
		Gate                 callas.Reason
		Passed, Applies, You bool
		Fact                 json.RawMessage
		Path                 string
		Policy               *struct {
			File string
			Line int
		}
	}
	Latency int64 `json:"latency_ns"`
}

// inquire asks the admin face why.
func (h *house) inquire(by string, q question) got {
	h.t.Helper()
	return h.askAt(h.admin, send{method: "POST", path: "/v1/explain", by: by, body: q})
}

// you lists the closed gates, and of them those that the asker could open.
func you(g got) (closed, openable []callas.Reason) {
	var e inquired
	g.is(200).into(&e)
	for _, gate := range e.Gates {
		if gate.Applies && !gate.Passed {
			closed = append(closed, gate.Gate)
		}
		if gate.You {
			openable = append(openable, gate.Gate)
		}
	}
	return closed, openable
}

func TestPeopleAreToldWhatTheyCouldChange(t *testing.T) {
	h := newHouse(t)
	for _, tc := range []struct {
		name, by string
		ask      question
		want     []callas.Reason
	}{
		{"a supervisor sets the direction", "lou", question{"agent": "anna", "class": "federated", "call_as": "help"}, []callas.Reason{"direction"}},
		{"an agent does not", "anna", question{"agent": "anna", "class": "federated", "call_as": "help"}, nil},
		{"an auditor changes nothing", "aud", question{"agent": "anna", "class": "federated", "call_as": "help"}, nil},
		{"a supervisor switches a service of theirs on", "lou", question{"agent": "anna", "class": "pstn", "call_as": "premium"}, []callas.Reason{"service_disabled", "not_responsible"}},
		{"and none of another's", "lou", question{"agent": "anna", "class": "pstn", "call_as": "itdesk"}, nil},
		{"an administrator does all of it", "root", question{"agent": "anna", "class": "pstn", "call_as": "itdesk"}, []callas.Reason{"other_unit", "profile_without_service", "not_responsible"}},
		{"nobody changes what an emergency is", "root", question{"agent": "anna", "target": "112", "call_as": "help"}, nil},
		{"an agent picks a service", "anna", question{"agent": "anna", "class": "pstn", "call_as": "none"}, []callas.Reason{"none_selected"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, got := you(h.inquire(tc.by, tc.ask))
			require.Equal(t, tc.want, got)
		})
	}
	imported := newHouse(t, func(b *build) {
		for i, row := range b.rows {
			if a, ok := row.(*callas.Agent); ok && a.ID == "anna" {
				owned := *a
				owned.Source, owned.Locked = "hr", []string{"direction"}
				b.rows[i] = &owned
			}
		}
	})
	closed, openable := you(imported.inquire("lou", question{"agent": "anna", "class": "federated", "call_as": "help"}))
	require.Equal(t, []callas.Reason{"direction"}, closed)
	require.Empty(t, openable, "an importer keeps the field")
}

func TestPeopleAskOnlyAboutWhomTheySee(t *testing.T) {
	h := newHouse(t)
	q := func(agent string) question { return question{"agent": agent, "class": "pstn"} }
	for by, agents := range map[string]map[string]int{
		"lou":      {"anna": 200, "2001": 200, "emil": 404, "nobody": 404},
		"anna":     {"anna": 200, "ben": 404, "nobody": 404},
		"aud":      {"emil": 200, "nobody": 200},
		"kamailio": {"anna": 403},
	} {
		for agent, status := range agents {
			require.Equal(t, status, h.inquire(by, q(agent)).status, "%s of %s", by, agent)
		}
	}
}

func TestAFactThatOneMayNotReadIsNotTold(t *testing.T) {
	h := newHouse(t)
	facts := func(by string) map[callas.Reason]string {
		var e inquired
		h.inquire(by, question{"agent": "anna", "class": "pstn", "call_as": "itdesk"}).is(200).into(&e)
		told := map[callas.Reason]string{}
		for _, g := range e.Gates {
			told[g.Gate] = string(g.Fact)
		}
		return told
	}
	require.Equal(t, "null", facts("lou")["other_unit"], "the service is another's")
	require.Equal(t, "null", facts("anna")["no_number"])
	require.Equal(t, `"external"`, facts("anna")["direction"], "her own")
	require.Equal(t, `"leeds"`, facts("aud")["other_unit"])
}

func TestWhatPeopleAskIsNoCall(t *testing.T) {
	h := newHouse(t)
	h.inquire("root", question{"agent": "anna", "class": "pstn"}).is(200)
	require.Empty(t, seen(h.get("root", "/v1/decisions")))
}

func TestAnInquiryNamesATargetOrAClass(t *testing.T) {
	h := newHouse(t)
	for body, pointer := range map[string]string{
		`{"agent":"anna"}`: "/target", `{"agent":"anna","class":"pstn","target":"112"}`: "/class",
		`{"agent":"anna","class":"emergency"}`: "/class", `{"class":"pstn"}`: "/agent", `{"agent":"anna","clas":"pstn"}`: "/clas",
	} {
		p := h.askAt(h.admin, send{method: "POST", path: "/v1/explain", by: "root", body: body}).problem(400)
		require.Equal(t, pointer, p.Errors[0].Pointer, body)
	}
}

func TestEveryGateIsFoundInThePolicyThatIsShown(t *testing.T) {
	h := newHouse(t)
	var law struct {
		Digest string
		Files  []struct{ File, Text string }
	}
	h.get("lou", "/v1/policy").is(200).into(&law)
	require.Equal(t, h.engine.Digest(), law.Digest)
	texts := map[string]string{}
	for _, f := range law.Files {
		texts[f.File] = f.Text
	}
	b, err := bundles.Open(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, b.Texts, texts)
	var e inquired
	h.inquire("lou", question{"agent": "anna", "class": "pstn"}).is(200).into(&e)
	for _, g := range e.Gates {
		if g.Policy != nil {
			require.Contains(t, texts, g.Policy.File, g.Gate)
		}
	}
	h.get("anna", "/v1/policy").is(403)
}

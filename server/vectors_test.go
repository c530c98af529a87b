package server_test

import (
	"encoding/json"
	"testing"
	"time"

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

// with replaces or adds a row before the house is built.
func with(rows ...callas.Row) change {
	return func(b *build) {
		for _, row := range rows {
			replaced := false
			for i, old := range b.rows {
				if old.Kind() == row.Kind() && old.Key() == row.Key() {
					b.rows[i], replaced = row, true
				}
			}
			if !replaced {
				b.rows = append(b.rows, row)
			}
		}
	}
}

// but changes copies of an agent of the company.
func but(id string, edit func(*callas.Agent)) change {
	return func(b *build) {
		for _, row := range b.rows {
			if a, ok := row.(*callas.Agent); ok && a.ID == id {
				c := *a
				edit(&c)
				with(&c)(b)
				return
			}
		}
	}
}

// setting changes a policy setting of the bundle.
func setting(name string, value any) change {
	return func(b *build) {
		opened, err := law()
		if err != nil {
			panic(err)
		}
		text, err := json.Marshal(opened.Data)
		if err != nil {
			panic(err)
		}
		copied := *opened
		copied.Data = map[string]any{}
		if err := json.Unmarshal(text, &copied.Data); err != nil {
			panic(err)
		}
		copied.Data["settings"].(map[string]any)[name] = value
		b.engine.Bundle = &copied
	}
}

func session(agent, profile, callAs string) *callas.Session {
	return &callas.Session{Agent: agent, Profile: profile, CallAs: callAs, Since: since}
}

func numberless(id, unit string) *callas.Service {
	return &callas.Service{ID: id, Name: "Numberless", DisplayName: "Numberless", Unit: unit, CallAsEnabled: true,
		Numbers: []callas.Number{}, URI: "sip:" + id + "@nordhang.example"}
}

const customer, partner, colleague = "tel:+41791234567", "sip:customer@partner.example", "sip:emil@nordhang.example"

// TestVectors are T1 to T14 of the domain, asked over HTTP.
func TestVectors(t *testing.T) {
	anna := func(target string) question { return question{"agent": "anna", "target": target} }
	for _, tc := range []struct {
		name    string
		changes []change
		ask     question
		service string // as it, or
		reasons []callas.Reason
	}{
		{name: "T1 a phone is called as the selected service", ask: anna(customer), service: "help"},
		{name: "T1 by any alias of the agent", ask: question{"agent": "SIP:Anna@Nordhang.example:5060", "target": customer}, service: "help"},
		{name: "T2 direction external leaves a partner's account out", ask: anna(partner), reasons: []callas.Reason{"direction"}},
		{name: "T3 direction all takes it in", ask: question{"agent": "ben", "target": partner}, service: "help"},
		{name: "T4 direction none", ask: question{"agent": "clara", "target": customer}, reasons: []callas.Reason{"direction"}},
		{name: "T5 None is selected", changes: []change{with(session("anna", "day", ""))}, ask: anna(customer), reasons: []callas.Reason{"none_selected"}},
		{name: "T5 none for this call only", ask: question{"agent": "anna", "target": customer, "call_as": "none"}, reasons: []callas.Reason{"none_selected"}},
		{name: "T6 off duty", changes: []change{with(session("anna", "off", "help"))}, ask: anna(customer), reasons: []callas.Reason{"off_duty"}},
		{name: "T6 no session at all", ask: question{"agent": "dora", "target": customer, "call_as": "help"}, reasons: []callas.Reason{"off_duty"}},
		{name: "T6 the profile is not part of the service", changes: []change{
			but("anna", func(a *callas.Agent) { a.Responsible = map[string][]string{"campaign": {"help"}} }),
			with(session("anna", "campaign", "help"))}, ask: anna(customer), reasons: []callas.Reason{"profile_without_service"}},
		{name: "T7 responsible under another profile only", changes: []change{
			but("anna", func(a *callas.Agent) { a.Responsible = map[string][]string{"campaign": {"help"}} })},
			ask: anna(customer), reasons: []callas.Reason{"not_responsible"}},
		{name: "T8 the service is switched off", changes: []change{with(session("anna", "day", "premium")),
			but("anna", func(a *callas.Agent) { a.Responsible = map[string][]string{"day": {"premium"}} })},
			ask: anna(customer), reasons: []callas.Reason{"service_disabled"}},
		{name: "T9 a service in a sibling unit", changes: []change{with(session("emil", "day", "help"))},
			ask: question{"agent": "emil", "target": customer}, reasons: []callas.Reason{"other_unit"}},
		{name: "T9 a service in a unit below", changes: []change{but("anna", func(a *callas.Agent) { a.Unit = "nordhang" })},
			ask: anna(customer), reasons: []callas.Reason{"other_unit"}},
		{name: "T10 a service in a unit above, reach subtree", ask: anna(customer), service: "help"},
		{name: "T10 a service in a unit above, reach unit", changes: []change{setting("reach", "unit")}, ask: anna(customer), reasons: []callas.Reason{"other_unit"}},
		{name: "T12 instant messages", ask: question{"agent": "anna", "target": customer, "modality": "im"}, reasons: []callas.Reason{"modality"}},
		{name: "T12 video", ask: question{"agent": "anna", "target": customer, "modality": "video"}, service: "help"},
		{name: "T13 an unknown agent", ask: question{"agent": "nobody", "target": customer}, reasons: []callas.Reason{"unknown_agent"}},
		{name: "T13 the policy takes too long", changes: []change{func(b *build) { b.engine.Deadline = time.Nanosecond }},
			ask: anna(customer), reasons: []callas.Reason{"timeout"}},
		{name: "T13 the policy's answer cannot be sent", changes: []change{with(&callas.Service{ID: "help", Name: "Help\r\nX: y", Unit: "london",
			CallAsEnabled: true, Numbers: []callas.Number{{E164: "+442079460100", Default: true, RightOfUse: callas.RightOfUse{Status: callas.RightVerified}}}})},
			ask: anna(customer), reasons: []callas.Reason{"engine_error"}},
		{name: "T14 a service without number, to a phone", changes: []change{with(numberless("help", "london"))}, ask: anna(customer), reasons: []callas.Reason{"no_number"}},
		{name: "T14 a service without number, to a colleague", changes: []change{with(numberless("help", "london"))},
			ask: question{"agent": "ben", "target": colleague}, service: "help"},
		{name: "all reasons at once", changes: []change{with(session("clara", "off", "premium"))},
			ask: question{"agent": "clara", "target": customer, "modality": "im"}, reasons: []callas.Reason{"service_disabled", "direction", "off_duty", "modality"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, tc.changes...)
			got := h.resolve(tc.ask)
			if tc.service != "" {
				require.Equal(t, callas.AsService, got.As, "%v", got.Reasons)
				require.Equal(t, tc.service, got.Service)
				return
			}
			require.Equal(t, callas.AsAgent, got.As)
			require.Equal(t, tc.reasons, got.Reasons)
			if tc.ask["agent"] != "nobody" {
				require.Equal(t, tc.ask["agent"], got.Identity.URI[len("sip:"):len("sip:")+len(tc.ask["agent"])])
			} else {
				require.Nil(t, got.Identity)
			}
		})
	}
}

func TestT11EmergencyCallsAreTheAgentsOwnWhateverIsSelected(t *testing.T) {
	h := newHouse(t, but("anna", func(a *callas.Agent) { a.Direction = callas.DirectionAll }))
	for _, target := range []string{"112", "911", "999", "9-911", "9999", "0112", "tel:112", "urn:service:sos", "sip:112@nordhang.example;user=phone"} {
		got := h.resolve(question{"agent": "anna", "target": target, "call_as": "help"})
		require.Equal(t, callas.AsAgent, got.As, target)
		require.Equal(t, []callas.Reason{callas.ReasonEmergency}, got.Reasons, target)
		require.Equal(t, "Anna Meier", got.Identity.Name, target)
	}
}

// The scenario of the use case: the selection stays, and only the network changes.
func TestTheUseCaseFromTheFirstTickToTheCall(t *testing.T) {
	h := newHouse(t)
	// A supervisor enables the service, and sets the direction of several agents.
	h.patch("lou", "/v1/services/premium", `{"call_as_enabled":true}`).is(200)
	h.post("lou", "/v1/agents/bulk", `{"ids":["clara","dora"],"set":{"direction":"external","responsible":{"day":{"add":["premium"]}}},"reason":"they call back"}`).is(200)
	// An agent picks it.
	h.put("anna", "/v1/agents/anna/session", `{"call_as":"help"}`).is(200)
	require.Equal(t, "help", h.resolve(question{"agent": "anna", "target": customer}).Service)
	seen := h.resolve(question{"agent": "anna", "target": partner})
	require.Equal(t, "Anna Meier", seen.Identity.Name)
	// The right is withdrawn: the next call knows.
	h.patch("lou", "/v1/services/help", `{"call_as_enabled":false}`).is(200)
	require.Equal(t, []callas.Reason{"service_disabled"}, h.resolve(question{"agent": "anna", "target": customer}).Reasons)
	var menu callas.Menu
	h.get("anna", "/v1/agents/anna/menu").is(200).into(&menu)
	require.Equal(t, "help", menu.Selection.Service)
	require.True(t, menu.Selection.Withdrawn)
	require.Equal(t, []callas.Reason{"service_disabled"}, menu.Selection.Reasons)
	require.Equal(t, "Anna Meier", menu.Preview[callas.PSTN].Name)
	// It comes back, and works again; None ends it.
	h.patch("lou", "/v1/services/help", `{"call_as_enabled":true}`).is(200)
	require.Equal(t, "help", h.resolve(question{"agent": "anna", "target": customer}).Service)
	h.put("anna", "/v1/agents/anna/session", `{"call_as":null}`).is(200)
	require.Equal(t, []callas.Reason{"none_selected"}, h.resolve(question{"agent": "anna", "target": customer}).Reasons)
}

package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/server"
)

func (h *house) menu(g got) callas.Menu {
	h.t.Helper()
	var m callas.Menu
	g.is(200).into(&m)
	return m
}

func available(m callas.Menu) (out []string) {
	for _, item := range m.Items {
		if item.Available {
			out = append(out, item.Service)
		}
	}
	return out
}

func TestTheMenuTellsWhatIsAvailableAndWhyNotTheRest(t *testing.T) {
	h := newHouse(t)
	m := h.menu(h.get("anna", "/v1/agents/anna/menu"))
	require.Equal(t, "day", m.Profile)
	require.ElementsMatch(t, []string{"claims", "help"}, available(m))
	require.Equal(t, "help", m.Selection.Service)
	require.False(t, m.Selection.Withdrawn)
	require.Equal(t, "Help Call Center", m.Preview[callas.PSTN].Name)
	require.Equal(t, "Anna Meier", m.Preview[callas.Federated].Name)
	require.Equal(t, map[callas.Class]callas.As{"pstn": "service", "internal": "agent", "federated": "agent"}, m.PreviewAs)
	require.Equal(t, "Anna Meier", m.Name)
	require.Equal(t, []string{"Nordhang", "London", "Customer Care"}, m.Units)
	require.Equal(t, []callas.MenuProfile{{Profile: "day", Name: "Day"}, {Profile: "campaign", Name: "Campaign"}, {Profile: "off", Name: "Off Duty", OffDuty: true}}, m.Profiles)
	yours := map[string][]string{}
	for _, item := range m.Items {
		yours[item.Service] = item.Profiles
	}
	require.Equal(t, map[string][]string{"help": {"day"}, "claims": {"day"}, "premium": nil, "renewals": {"campaign"}}, yours)
	for _, item := range m.Items[len(available(m)):] {
		require.NotEmpty(t, item.Reasons, item.Service)
	}

	none := h.menu(h.get("root", "/v1/agents/clara/menu"))
	require.Empty(t, available(none), "direction none empties the menu")
	require.True(t, none.Selection.Withdrawn)
	require.Equal(t, "Clara Hughes", none.Preview[callas.PSTN].Name)
	h.get("root", "/v1/agents/2001/menu").problem(404)
}

func TestASelectionIsMadeKeptEndedAndRefused(t *testing.T) {
	h := newHouse(t)
	choose := func(body string) got { return h.put("anna", "/v1/agents/anna/session", body) }

	m := h.menu(choose(`{"call_as":"claims","expires_in":"8h"}`))
	require.Equal(t, "claims", m.Selection.Service)
	require.WithinDuration(t, time.Now().Add(8*time.Hour), *m.Selection.ExpiresAt, time.Minute)
	require.Equal(t, "claims", h.resolve(question{"agent": "anna", "target": customer}).Service, "at once")

	p := choose(`{"call_as":"premium"}`).problem(422)
	require.Equal(t, "urn:callas:problem:unavailable-service", p.Type)
	require.Equal(t, []callas.Reason{"service_disabled", "not_responsible"}, p.Reasons)
	require.Equal(t, "claims", h.menu(h.get("anna", "/v1/agents/anna/menu")).Selection.Service, "nothing was changed")
	require.Equal(t, []callas.Reason{"unknown_service"}, choose(`{"call_as":"nosuch"}`).problem(422).Reasons)
	require.Equal(t, "urn:callas:problem:invalid", choose(`{"profile":"night"}`).problem(422).Type)
	require.Equal(t, "/expires_in", choose(`{"expires_in":"soon"}`).problem(400).Errors[0].Pointer)
	require.Equal(t, "/callas", choose(`{"callas":"help"}`).problem(400).Errors[0].Pointer)

	m = h.menu(choose(`{"profile":"campaign"}`))
	require.Nil(t, m.Selection, "the new profile does not offer it")
	require.Equal(t, "profile_changed", m.Ended)
	m = h.menu(choose(`{"profile":"day","call_as":"help"}`))
	require.Equal(t, "help", m.Selection.Service)
	m = h.menu(choose(`{"profile":null}`))
	require.Nil(t, m.Selection)
	require.Equal(t, "off_duty", m.Ended)
}

func TestLoggingOutIsOffDutyAndNone(t *testing.T) {
	h := newHouse(t)
	h.del("anna", "/v1/agents/anna/session").is(204)
	var s callas.Session
	h.get("anna", "/v1/agents/anna/session").is(200).into(&s)
	require.Empty(t, s.Profile+s.CallAs)
	require.Equal(t, "logged_out", s.EndedBecause)
	before := h.state.Snapshot().Token()
	h.del("anna", "/v1/agents/anna/session").is(204)
	h.del("root", "/v1/agents/dora/session").is(204)
	require.Equal(t, before, h.state.Snapshot().Token(), "there was nothing to change")
	g := h.get("root", "/v1/agents/dora/session").is(200)
	require.Empty(t, g.header.Get("ETag"))
}

func TestASessionHasAnETagToo(t *testing.T) {
	h := newHouse(t)
	tag := h.get("anna", "/v1/agents/anna/session").is(200).header.Get("ETag")
	choose := send{method: "PUT", path: "/v1/agents/anna/session", by: "anna", body: `{"call_as":"claims"}`, header: ifMatch(tag)}
	h.ask(choose).is(200)
	h.ask(choose).problem(412)
}

func TestAnExpiredSelectionIsWrittenDown(t *testing.T) {
	past := since.Add(time.Hour)
	expired := session("anna", "day", "help")
	expired.ExpiresAt = &past
	h := newHouse(t, with(expired))
	require.Equal(t, []callas.Reason{"none_selected"}, h.resolve(question{"agent": "anna", "target": customer}).Reasons)
	require.Equal(t, "expired", h.get("anna", "/v1/agents/anna/session").object()["ended_because"], "shown before it is written")

	require.NoError(t, server.SweepOnce(h.server, t.Context()))
	require.NoError(t, server.SweepOnce(h.server, t.Context()))
	require.Equal(t, int64(2), h.state.Snapshot().Token().Revision)
	last := h.trail("root", "?limit=1").Items[0]
	require.Equal(t, "callas", last.Actor)
	require.Equal(t, "expired", last.Edits[0].After["ended_because"])
}

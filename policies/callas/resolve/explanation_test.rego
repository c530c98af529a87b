package callas.resolve_test

import data.callas.company
import data.callas.resolve

# Every gate of a call that goes out as the service, compared whole.
test_explanation_of_an_open_call if {
	got := _explanation(company.call("anna", company.phone), [])
	got == [
		_open("emergency", "pstn", "input.target.class", "nobody"),
		_open("unknown_agent", "anna", "data.state.agents.anna", "supervisor"),
		_open("agent_disabled", true, "data.state.agents.anna.enabled", "supervisor"),
		_open("none_selected", "help", "data.state.sessions.anna.call_as", "agent"),
		_open("unknown_service", "help", "data.state.services.help", "agent"),
		_open("service_disabled", true, "data.state.services.help.call_as_enabled", "supervisor"),
		_open("other_unit", "london", "data.state.services.help.unit", "admin"),
		_open("direction", "external", "data.state.agents.anna.direction", "supervisor"),
		_open("off_duty", "day", "data.state.sessions.anna.profile", "agent"),
		_open("profile_without_service", ["help", "claims", "premium"], "data.state.profiles.day.services", "supervisor"),
		_open("not_responsible", ["help", "claims"], "data.state.agents.anna.responsible.day", "supervisor"),
		_open("modality", "audio", "input.modality", "agent"),
		_open("no_number", company.state.services.help.numbers, "data.state.services.help.numbers", "supervisor"),
		_open("stale", false, "input.stale", "operator"),
	]
}

# {"passed", "closed", "silent"}: the gates judged and open, judged and closed, not judged.
test_explanation[tc.note] if {
	some tc in [
		{
			"note": "an emergency judges nothing else",
			"call": company.call("anna", {"class": "emergency", "number": "112"}),
			"open": [],
			"closed": ["emergency"],
		},
		{
			"note": "of an unknown agent nothing else is judged",
			"call": object.union(company.call("zoe", company.phone), {"call_as": "help"}),
			"open": ["emergency"],
			"closed": ["unknown_agent"],
		},
		{
			"note": "nothing is asked",
			"call": {},
			"open": ["emergency"],
			"closed": ["unknown_agent"],
		},
		{
			"note": "without a selection no service is judged",
			"facts": [company.gone("sessions/anna/call_as")],
			"call": company.call("anna", company.phone),
			"open": ["emergency", "unknown_agent", "agent_disabled", "direction", "off_duty", "modality", "stale"],
			"closed": ["none_selected"],
		},
		{
			"note": "nor of one that is not there",
			"call": object.union(company.call("anna", company.customer), {"call_as": "nothing"}),
			"open": ["emergency", "unknown_agent", "agent_disabled", "none_selected", "off_duty", "modality", "stale"],
			"closed": ["unknown_service", "direction"],
		},
		{
			"note": "off duty there is no profile to judge it under, and a colleague needs no number",
			"facts": [company.set("agents/dora/direction", "all")],
			"call": object.union(company.call("dora", company.colleague), {"call_as": "help"}),
			"open": [
				"emergency",
				"unknown_agent",
				"agent_disabled",
				"none_selected",
				"unknown_service",
				"service_disabled",
				"other_unit",
				"direction",
				"modality",
				"stale",
			],
			"closed": ["off_duty"],
		},
	]

	got := _explanation(tc.call, object.get(tc, "facts", []))
	count(got) == 14
	[[entry.gate | some entry in got; entry.passed], [entry.gate | some entry in got; entry.applies; not entry.passed]] == [
		tc.open,
		tc.closed,
	]
}

test_explanation_tells_the_calls_own_choice if {
	some entry in _explanation(object.union(company.call("anna", company.phone), {"call_as": "none"}), [])
	entry == {
		"gate": "none_selected",
		"passed": false,
		"applies": true,
		"fact": "none",
		"path": "input.call_as",
		"who": "agent",
	}
}

test_explanation_tells_whose_bound_the_facts_are_older_than if {
	some entry in _explanation(company.call("anna", company.phone), [company.set("services/help/stale", true)])
	entry == {
		"gate": "stale",
		"passed": false,
		"applies": true,
		"fact": true,
		"path": "data.state.services.help.stale",
		"who": "operator",
	}
}

test_explanation_tells_own_gates_last if {
	got := resolve.explanation with input as company.call("anna", company.phone)
		with data.state as company.state
		with data.callas.own.call as {"after_hours"}
	got[14] == {"gate": "after_hours", "passed": false, "applies": true, "fact": null, "path": "", "who": "admin"}
}

_explanation(call, facts) := explanation if {
	explanation := resolve.explanation with input as call
		with data.state as company.after(facts)
}

_open(gate, fact, path, who) := {
	"gate": gate,
	"passed": true,
	"applies": true,
	"fact": fact,
	"path": path,
	"who": who,
}

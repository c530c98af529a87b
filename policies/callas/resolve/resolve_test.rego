package callas.resolve_test

import data.callas.company
import data.callas.resolve

# The test vectors of the domain, by number. T13's error and timeout are the engine's.
test_vector[tc.note] if {
	some tc in [
		{
			"note": "T1 external, help selected, a phone: help",
			"call": company.call("anna", company.phone),
			"want": company.as_help,
		},
		{
			"note": "T2 the same to a SIP account: the agent",
			"call": company.call("anna", company.customer),
			"want": company.as_agent("anna", ["direction"]),
		},
		{
			"note": "T3 direction all, a SIP account: help",
			"call": company.call("ben", company.customer),
			"want": company.as_help,
		},
		{
			"note": "T4 direction none: the agent",
			"call": company.call("clara", company.phone),
			"want": company.as_agent("clara", ["direction"]),
		},
		{
			"note": "T5 None selected: the agent",
			"facts": [company.gone("sessions/anna/call_as")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["none_selected"]),
		},
		{
			"note": "T6 off duty: the agent",
			"facts": [company.set("sessions/anna/profile", "off")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["off_duty"]),
		},
		{
			"note": "T6 the active profile is not part of the service: the agent",
			"facts": [
				company.set("sessions/anna/profile", "campaign"),
				company.set("agents/anna/responsible/campaign", ["renewals", "help"]),
			],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["profile_without_service"]),
		},
		{
			"note": "T7 responsible under another profile only: the agent",
			"facts": [company.set("agents/anna/responsible", {"campaign": ["help"]})],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["not_responsible"]),
		},
		{
			"note": "T8 the service is switched off while selected: the agent",
			"facts": [company.set("services/help/call_as_enabled", false)],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["service_disabled"]),
		},
		{
			"note": "T9 a service of a sibling unit: the agent",
			"call": company.call("emil", company.phone),
			"want": company.as_agent("emil", ["other_unit"]),
		},
		{
			"note": "T9 a service of a unit below the agent's: the agent",
			"facts": [company.set("agents/anna/unit", "nordhang")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["other_unit"]),
		},
		{
			"note": "T10 a service of a unit above, reach subtree: help",
			"call": company.call("anna", company.phone),
			"want": company.as_help,
		},
		{
			"note": "T10 a service of a unit above, reach unit: the agent",
			"settings": {"reach": "unit"},
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["other_unit"]),
		},
		{
			"note": "T11 an emergency, everything open: the agent",
			"call": company.call("ben", {"class": "emergency", "number": "112"}),
			"want": company.as_agent("ben", ["emergency"]),
		},
		{
			"note": "T11 an emergency, everything closed: the agent, for this reason alone",
			"facts": [company.set("agents/clara/enabled", false), company.gone("sessions/clara")],
			"call": object.union(
				company.call("clara", {"class": "emergency", "number": "999"}),
				{"modality": "im", "stale": true, "call_as": "nothing"},
			),
			"want": company.as_agent("clara", ["emergency"]),
		},
		{
			"note": "T12 a message: the agent",
			"call": object.union(company.call("anna", company.phone), {"modality": "im"}),
			"want": company.as_agent("anna", ["modality"]),
		},
		{
			"note": "T13 an unknown agent: nobody",
			"call": object.union(company.call("zoe", company.customer), {"modality": "im", "stale": true}),
			"want": {"as": "agent", "service": null, "identity": null, "reasons": ["unknown_agent"]},
		},
		{
			"note": "T14 a service without a number, a phone: the agent",
			"facts": [company.set("services/help/numbers", [])],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["no_number"]),
		},
		{
			"note": "T14 a service without a number, a colleague: help without a number",
			"facts": [company.set("services/help/numbers", null)],
			"call": company.call("ben", company.colleague),
			"want": object.union(company.as_help, {"identity": {"number": "", "asserted": ""}}),
		},
	]

	got := _decision(tc)
	got == tc.want
}

# Every reason has another case of its own.
test_reason[tc.note] if {
	some tc in [
		{
			"note": "emergency: of an agent whom nobody knows",
			"call": company.call("zoe", {"class": "emergency", "number": "112"}),
			"want": {"as": "agent", "service": null, "identity": null, "reasons": ["emergency"]},
		},
		{
			"note": "unknown_agent: nothing is asked",
			"call": {},
			"want": {"as": "agent", "service": null, "identity": null, "reasons": ["unknown_agent"]},
		},
		{
			"note": "agent_disabled: switched off",
			"facts": [company.set("agents/anna/enabled", false)],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["agent_disabled"]),
		},
		{
			"note": "none_selected: the call itself says none",
			"call": object.union(company.call("anna", company.phone), {"call_as": "none"}),
			"want": company.as_agent("anna", ["none_selected"]),
		},
		{
			"note": "none_selected: an empty selection",
			"facts": [company.set("sessions/anna/call_as", "")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["none_selected"]),
		},
		{
			"note": "none_selected and off_duty: never logged in",
			"facts": [company.gone("sessions/anna")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["none_selected", "off_duty"]),
		},
		{
			"note": "unknown_service: the call names one that is not there, and it has no further gates",
			"call": object.union(company.call("anna", company.phone), {"call_as": "nothing"}),
			"want": company.as_agent("anna", ["unknown_service"]),
		},
		{
			"note": "unknown_service: the service is gone while selected",
			"facts": [company.gone("services/help")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["unknown_service"]),
		},
		{
			"note": "service_disabled: of a profile, never switched on",
			"facts": [company.set("agents/anna/responsible/day", ["premium"])],
			"call": object.union(company.call("anna", company.phone), {"call_as": "premium"}),
			"want": company.as_agent("anna", ["service_disabled"]),
		},
		{
			"note": "other_unit: the agent's unit is unknown",
			"facts": [company.set("agents/anna/unit", "paris")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["other_unit"]),
		},
		{
			"note": "direction: external does not cover a colleague",
			"call": company.call("anna", company.colleague),
			"want": company.as_agent("anna", ["direction"]),
		},
		{
			"note": "direction: internal does not cover a phone",
			"facts": [company.set("agents/anna/direction", "internal")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["direction"]),
		},
		{
			"note": "direction: nothing covers what could not be classified",
			"call": company.call("ben", {"class": "unknown"}),
			"want": company.as_agent("ben", ["direction"]),
		},
		{
			"note": "off_duty: the active profile is no longer the agent's",
			"facts": [company.set("agents/anna/profiles", ["campaign", "off"])],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["off_duty"]),
		},
		{
			"note": "off_duty: even where the off-duty profile lists the service",
			"facts": [
				company.set("sessions/anna/profile", "off"),
				company.set("profiles/off/services", ["help"]),
				company.set("agents/anna/responsible/off", ["help"]),
			],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["off_duty"]),
		},
		{
			"note": "off_duty: the active profile is gone",
			"facts": [company.gone("profiles/day")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["off_duty"]),
		},
		{
			"note": "profile_without_service: the service was taken out of the profile",
			"facts": [company.set("profiles/day/services", ["claims"])],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["profile_without_service"]),
		},
		{
			"note": "not_responsible: no responsibilities at all",
			"facts": [company.set("agents/anna/responsible", null)],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["not_responsible"]),
		},
		{
			"note": "modality: video is taken out of what goes out as a service",
			"settings": {"modalities": ["audio"]},
			"call": object.union(company.call("anna", company.phone), {"modality": "video"}),
			"want": company.as_agent("anna", ["modality"]),
		},
		{
			"note": "no_number: the right of use has expired",
			"facts": [company.set("services/help/numbers/0/right_of_use/status", "expired")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["no_number"]),
		},
		{
			"note": "no_number: the number may not be shown in the target's country",
			"facts": [company.set("services/help/numbers/0/countries", ["GB"])],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["no_number"]),
		},
		{
			"note": "stale: the facts are too old",
			"call": object.union(company.call("anna", company.phone), {"stale": true}),
			"want": company.as_agent("anna", ["stale"]),
		},
		{
			"note": "stale: nobody said how old the facts are",
			"call": object.remove(company.call("anna", company.phone), ["stale"]),
			"want": company.as_agent("anna", ["stale"]),
		},
		{
			"note": "stale: the facts are too old for this service",
			"facts": [company.set("services/help/stale", true)],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["stale"]),
		},
		{
			"note": "stale: the facts are too old for another service, and nothing is chosen",
			"facts": [company.set("services/help/stale", true), company.gone("sessions/anna/call_as")],
			"call": company.call("anna", company.phone),
			"want": company.as_agent("anna", ["none_selected"]),
		},
		{
			"note": "direction: nobody said whom the call is for",
			"call": object.remove(company.call("anna", company.phone), ["target"]),
			"want": company.as_agent("anna", ["direction"]),
		},
		{
			"note": "modality: nobody said what the call carries",
			"call": object.remove(company.call("anna", company.phone), ["modality"]),
			"want": company.as_agent("anna", ["modality"]),
		},
		{
			"note": "all reasons at once, in reading order",
			"facts": [
				company.set("agents/clara/enabled", false),
				company.set("agents/clara/unit", "leeds"),
				company.set("services/renewals/call_as_enabled", false),
				company.set("services/renewals/numbers", []),
			],
			"call": {"agent": "clara", "target": company.phone, "modality": "im", "call_as": "renewals", "stale": true},
			"want": company.as_agent("clara", [
				"agent_disabled",
				"service_disabled",
				"other_unit",
				"direction",
				"profile_without_service",
				"not_responsible",
				"modality",
				"no_number",
				"stale",
			]),
		},
		{
			"note": "off duty there is no profile to judge the service under",
			"facts": [company.set("services/help/call_as_enabled", false)],
			"call": object.union(company.call("dora", company.phone), {"call_as": "help"}),
			"want": company.as_agent("dora", ["service_disabled", "off_duty"]),
		},
	]

	got := _decision(tc)
	got == tc.want
}

# What else goes out as a service.
test_as_service[tc.note] if {
	some tc in [
		{
			"note": "the call's own choice replaces the selection",
			"call": object.union(company.call("anna", company.phone), {"call_as": "claims"}),
			"want": _as("claims", "Claims", "+442079460101"),
		},
		{
			"note": "the call's own choice works without a selection",
			"facts": [company.gone("sessions/anna/call_as")],
			"call": object.union(company.call("anna", company.phone), {"call_as": "help"}),
			"want": company.as_help,
		},
		{
			"note": "video",
			"call": object.union(company.call("anna", company.phone), {"modality": "video"}),
			"want": company.as_help,
		},
		{
			"note": "a service of the agent's own unit, reach unit",
			"settings": {"reach": "unit"},
			"call": object.union(company.call("emil", company.phone), {"call_as": "itdesk"}),
			"facts": [company.set("profiles/day/services", ["itdesk"])],
			"want": _as("itdesk", "IT Desk", "+442079460103"),
		},
		{
			"note": "external covers SIP accounts where the installation says so",
			"settings": {"external_includes_federated": true},
			"call": company.call("anna", company.customer),
			"want": company.as_help,
		},
		{
			"note": "direction internal, a colleague",
			"facts": [company.set("agents/anna/direction", "internal")],
			"call": company.call("anna", company.colleague),
			"want": company.as_help,
		},
	]

	got := _decision(tc)
	got == tc.want
}

test_own_gate_closes_a_call if {
	got := resolve.decision with input as company.call("anna", company.phone)
		with data.state as company.state
		with data.callas.own.call as {"after_hours"}
	got == company.as_agent("anna", ["after_hours"])
}

test_own_gate_closes_a_service if {
	got := resolve.decision with input as object.union(company.call("anna", company.phone), {"modality": "im"})
		with data.state as company.state
		with data.callas.own.service as {"help": {"closed"}}
	got == company.as_agent("anna", ["modality", "closed"])
}

test_own_gate_is_not_judged_of_a_service_that_is_not_there if {
	got := resolve.decision with input as object.union(company.call("anna", company.phone), {"call_as": "nothing"})
		with data.state as company.state
		with data.callas.own.service as {"nothing": {"closed"}}
	got == company.as_agent("anna", ["unknown_service"])
}

_decision(tc) := decision if {
	decision := resolve.decision with input as tc.call
		with data.state as company.after(object.get(tc, "facts", []))
		with data.settings as object.union(data.settings, object.get(tc, "settings", {}))
}

_as(id, name, number) := {
	"as": "service",
	"service": id,
	"identity": {"name": name, "number": number, "uri": "", "asserted": number},
	"reasons": [],
}

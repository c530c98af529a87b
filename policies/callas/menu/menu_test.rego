package callas.menu_test

import data.callas.company
import data.callas.menu

test_menu[tc.note] if {
	some tc in [
		{
			"note": "available services first, then by name, each other one with why not",
			"agent": "anna",
			"want": {"profile": "day", "items": [
				_item("claims", []),
				_item("help", []),
				_item("premium", ["service_disabled", "not_responsible"]),
				_item("renewals", ["profile_without_service", "not_responsible"]),
			]},
		},
		{
			"note": "T4 direction none: only None",
			"agent": "clara",
			"want": {"profile": "day", "items": [
				_item("claims", ["direction"]),
				_item("help", ["direction"]),
				_item("premium", ["service_disabled", "direction", "not_responsible"]),
				_item("renewals", ["direction", "profile_without_service", "not_responsible"]),
			]},
		},
		{
			"note": "T6 off duty: only None",
			"agent": "dora",
			"want": {"profile": "off", "items": [
				_item("claims", ["off_duty"]),
				_item("help", ["off_duty"]),
				_item("premium", ["service_disabled", "off_duty"]),
				_item("renewals", ["off_duty"]),
			]},
		},
		{
			"note": "T7 responsible under another profile only: not to be picked",
			"agent": "anna",
			"facts": [
				company.set("agents/anna/responsible", {"campaign": ["help"]}),
				company.set("agents/anna/profiles", ["day"]),
				company.set("profiles/day/services", ["help"]),
			],
			"want": {"profile": "day", "items": [_item("help", ["not_responsible"])]},
		},
		{
			"note": "T8 switched off while selected: not to be picked",
			"agent": "anna",
			"facts": [
				company.set("services/help/call_as_enabled", false),
				company.set("agents/anna/profiles", ["day"]),
				company.set("agents/anna/responsible", {"day": ["help"]}),
				company.set("profiles/day/services", ["help"]),
			],
			"want": {"profile": "day", "items": [_item("help", ["service_disabled"])]},
		},
		{
			"note": "T9 a service of a sibling unit: not to be picked",
			"agent": "emil",
			"want": {"profile": "day", "items": [
				_item("claims", ["other_unit", "not_responsible"]),
				_item("help", ["other_unit"]),
				_item("itdesk", ["profile_without_service"]),
				_item("premium", ["service_disabled", "other_unit", "not_responsible"]),
			]},
		},
		{
			"note": "an agent who is switched off",
			"agent": "anna",
			"facts": [
				company.set("agents/anna/enabled", false),
				company.set("agents/anna/profiles", ["campaign"]),
				company.set("agents/anna/responsible", {}),
				company.set("sessions/anna", {"agent": "anna"}),
			],
			"want": {"profile": "", "items": [_item("renewals", ["agent_disabled", "off_duty"])]},
		},
		{
			"note": "a selection that nothing offers any longer is still told, with why",
			"agent": "anna",
			"facts": [
				company.set("agents/anna/profiles", []),
				company.set("agents/anna/responsible", null),
			],
			"want": {"profile": "", "items": [_item("help", ["off_duty"])]},
		},
		{
			"note": "the number is the default one, and may be none",
			"agent": "anna",
			"facts": [
				company.set("agents/anna/profiles", ["day"]),
				company.set("agents/anna/responsible", {"day": ["claims"]}),
				company.set("profiles/day/services", ["claims"]),
				company.set("sessions/anna/call_as", "claims"),
				company.set("services/claims/numbers", []),
			],
			"want": {"profile": "day", "items": [object.union(_item("claims", []), {"number": ""})]},
		},
		{
			"note": "a service that is not there is not told",
			"agent": "anna",
			"facts": [
				company.set("agents/anna/profiles", ["day"]),
				company.set("agents/anna/responsible", {"day": ["nothing"]}),
				company.set("profiles/day/services", ["help", "nobody"]),
				company.set("sessions/anna/call_as", "never"),
			],
			"want": {"profile": "day", "items": [_item("help", ["not_responsible"])]},
		},
		{
			"note": "an unknown agent has nothing to pick, not even what a session says",
			"agent": "zoe",
			"facts": [company.set("sessions/zoe", {"agent": "zoe", "profile": "day", "call_as": "help"})],
			"want": {"profile": "", "items": []},
		},
	]

	got := menu.menu with input as {"agent": tc.agent, "stale": false}
		with data.state as company.after(object.get(tc, "facts", []))
	got == tc.want
}

test_empty_input_has_an_empty_menu if {
	got := menu.menu with input as {}
	got == {"profile": "", "items": []}
}

test_own_gates_shape_the_menu if {
	got := menu.menu with input as {"agent": "anna"}
		with data.state as company.after([
			company.set("agents/anna/profiles", ["day"]),
			company.set("agents/anna/responsible", {"day": ["help"]}),
			company.set("profiles/day/services", ["help"]),
		])
		with data.callas.own.service as {"help": {"closed"}}
	got == {"profile": "day", "items": [_item("help", ["closed"])]}
}

_item(id, reasons) := {
	"service": id,
	"name": company.state.services[id].name,
	"number": company.state.services[id].numbers[0].e164,
	"available": reasons == [],
	"reasons": reasons,
}

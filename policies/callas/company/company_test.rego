# METADATA
# title: The demo company
# description: |
#   Facts and calls for the tests of every package: units nordhang > london > care and
#   nordhang > leeds; agents anna, ben, clara, dora, emil. The numbers are reserved for
#   drama. Cases change them with JSON patches.
package callas.company

state := {
	"units": {
		"nordhang": {"id": "nordhang", "name": "Nordhang", "rev": 1, "path": ["nordhang"]},
		"london": {"id": "london", "name": "London", "parent": "nordhang", "rev": 1, "path": ["london", "nordhang"]},
		"care": {"id": "care", "name": "Care", "parent": "london", "rev": 1, "path": ["care", "london", "nordhang"]},
		"leeds": {"id": "leeds", "name": "Leeds", "parent": "nordhang", "rev": 1, "path": ["leeds", "nordhang"]},
	},
	"services": {
		"help": _service("help", "Help Call Center", "london", true, "+442079460100"),
		"claims": _service("claims", "Claims", "london", true, "+442079460101"),
		"renewals": _service("renewals", "Renewals", "london", true, "+442079460102"),
		"itdesk": _service("itdesk", "IT Desk", "leeds", true, "+442079460103"),
		"premium": _service("premium", "Premium", "london", false, "+442079460104"),
	},
	"profiles": {
		"day": {"id": "day", "name": "Day", "services": ["help", "claims", "premium"], "rev": 1},
		"campaign": {"id": "campaign", "name": "Campaign", "services": ["renewals"], "rev": 1},
		"off": {"id": "off", "name": "Off duty", "off_duty": true, "services": [], "rev": 1},
	},
	"agents": {
		"anna": _agent("anna", "Anna Meier", "external", "+442079460201"),
		"ben": _agent("ben", "Ben Okafor", "all", "+442079460202"),
		"clara": _agent("clara", "Clara Rossi", "none", "+442079460203"),
		"dora": _agent("dora", "Dora Lind", "external", "+442079460204"),
		"emil": object.union(
			object.remove(_agent("emil", "Emil Hart", "external", "+442079460205"), ["responsible"]),
			{"unit": "leeds", "profiles": ["day", "off"], "responsible": {"day": ["itdesk", "help"]}},
		),
	},
	"sessions": {
		"anna": {"agent": "anna", "profile": "day", "call_as": "help", "since": "2026-11-22T08:00:00Z", "rev": 1},
		"ben": {"agent": "ben", "profile": "day", "call_as": "help", "since": "2026-11-22T08:00:00Z", "rev": 1},
		"clara": {"agent": "clara", "profile": "day", "call_as": "help", "since": "2026-11-22T08:00:00Z", "rev": 1},
		"dora": {"agent": "dora", "profile": "off", "since": "2026-11-22T08:00:00Z", "rev": 1},
		"emil": {"agent": "emil", "profile": "day", "call_as": "help", "since": "2026-11-22T08:00:00Z", "rev": 1},
	},
}

# The facts after JSON patches (RFC 6902), paths without the first slash.
after(patches) := json.patch(state, patches)

set(path, value) := {"op": "add", "path": path, "value": value}

gone(path) := {"op": "remove", "path": path}

# A phone in Switzerland, a customer's SIP account, a colleague.
phone := {"class": "pstn", "number": "+41791234567", "uri": "tel:+41791234567", "country": "CH"}

customer := {"class": "federated", "uri": "sip:customer@partner.example"}

colleague := {"class": "internal", "uri": "sip:ben@nordhang.example"}

# An audio call on fresh facts.
call(agent, target) := {"agent": agent, "target": target, "modality": "audio", "stale": false}

as_help := {
	"as": "service",
	"service": "help",
	"identity": {"name": "Help Call Center", "number": "+442079460100", "uri": "", "asserted": "+442079460100"},
	"reasons": [],
}

as_agent(id, reasons) := {
	"as": "agent",
	"service": null,
	"identity": {
		"name": state.agents[id].name,
		"number": state.agents[id].number,
		"uri": state.agents[id].uri,
		"asserted": state.agents[id].number,
	},
	"reasons": reasons,
}

_service(id, name, unit, on, number) := {
	"id": id,
	"name": name,
	"display_name": "",
	"unit": unit,
	"call_as_enabled": on,
	"numbers": [{"e164": number, "countries": [], "default": true, "right_of_use": {"status": "verified"}}],
	"rev": 1,
}

_agent(id, name, direction, number) := {
	"id": id,
	"name": name,
	"unit": "care",
	"enabled": true,
	"aliases": [],
	"number": number,
	"uri": sprintf("sip:%s@nordhang.example", [id]),
	"direction": direction,
	"profiles": ["day", "campaign", "off"],
	"responsible": {"day": ["help", "claims"], "campaign": ["renewals"]},
	"rev": 1,
}

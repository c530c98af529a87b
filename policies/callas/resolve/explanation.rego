package callas.resolve

import data.callas.gates

# METADATA
# description: |
#   Every gate in reading order, an installation's own closed ones last: [{"gate",
#   "passed", "applies", "fact", "path", "who"}]. A gate that does not apply was not judged
#   and has not passed. "fact" is the value that decided it (null: there is none), "path"
#   where that value stands, "who" the role that can change it: agent, supervisor, admin,
#   operator, nobody.
# entrypoint: true
explanation := [entry |
	some gate in array.concat(gates.order, _own)
	entry := {
		"gate": gate,
		"passed": _passed(gate),
		"applies": _applies(gate),
		"fact": object.get(_facts, gate, null),
		"path": object.get(_paths, gate, ""),
		"who": object.get(_who, gate, "admin"),
	}
]

_own := [reason | some reason in reasons; not gates.shipped(reason)]

default _passed(_) := false

_passed(gate) if gate in _open

_open := _judged - {reason | some reason in reasons}

default _applies(_) := false

_applies(gate) if gate in _judged

_judged contains "emergency"

_judged contains "unknown_agent" if not emergency

_judged contains gate if {
	_about_calls
	some gate in ["agent_disabled", "none_selected", "direction", "off_duty", "modality", "stale"]
}

_judged contains "unknown_service" if {
	_about_calls
	chosen
}

_judged contains gate if {
	_about_calls
	data.state.services[chosen]
	some gate in ["service_disabled", "other_unit"]
}

_judged contains gate if {
	_about_calls
	data.state.services[chosen]
	gates.duty
	some gate in ["profile_without_service", "not_responsible"]
}

_judged contains "no_number" if {
	_about_calls
	data.state.services[chosen]
	input.target.class == "pstn"
}

_judged contains gate if some gate in _own

_about_calls if {
	not emergency
	_known
}

# Rules with constant keys are worked out anew at every reference: hold them together once.
_facts := _fact

_paths := _path

_fact["emergency"] := input.target.class

_fact["unknown_agent"] := input.agent

_fact["agent_disabled"] := gates.agent.enabled

_fact["none_selected"] := input.call_as if {
	input.call_as
} else := gates.session.call_as

_fact["unknown_service"] := chosen

_fact["service_disabled"] := data.state.services[chosen].call_as_enabled

_fact["other_unit"] := data.state.services[chosen].unit

_fact["direction"] := gates.agent.direction

_fact["off_duty"] := gates.session.profile

_fact["profile_without_service"] := data.state.profiles[gates.duty].services

_fact["not_responsible"] := gates.agent.responsible[gates.duty]

_fact["modality"] := input.modality

_fact["no_number"] := data.state.services[chosen].numbers

_fact["stale"] if {
	_aged
} else := input.stale

_path["emergency"] := "input.target.class"

_path["unknown_agent"] := sprintf("data.state.agents.%s", [input.agent])

_path["agent_disabled"] := sprintf("data.state.agents.%s.enabled", [input.agent])

_path["none_selected"] := "input.call_as" if {
	input.call_as
} else := sprintf("data.state.sessions.%s.call_as", [input.agent])

_path["unknown_service"] := sprintf("data.state.services.%s", [chosen])

_path["service_disabled"] := sprintf("data.state.services.%s.call_as_enabled", [chosen])

_path["other_unit"] := sprintf("data.state.services.%s.unit", [chosen])

_path["direction"] := sprintf("data.state.agents.%s.direction", [input.agent])

_path["off_duty"] := sprintf("data.state.sessions.%s.profile", [input.agent])

_path["profile_without_service"] := sprintf("data.state.profiles.%s.services", [gates.duty])

_path["not_responsible"] := sprintf("data.state.agents.%s.responsible.%s", [input.agent, gates.duty])

_path["modality"] := "input.modality"

_path["no_number"] := sprintf("data.state.services.%s.numbers", [chosen])

_path["stale"] := sprintf("data.state.services.%s.stale", [chosen]) if {
	_aged
} else := "input.stale"

_who := {
	"emergency": "nobody",
	"unknown_agent": "supervisor",
	"agent_disabled": "supervisor",
	"none_selected": "agent",
	"unknown_service": "agent",
	"service_disabled": "supervisor",
	"other_unit": "admin",
	"direction": "supervisor",
	"off_duty": "agent",
	"profile_without_service": "supervisor",
	"not_responsible": "supervisor",
	"modality": "agent",
	"no_number": "supervisor",
	"stale": "operator",
}

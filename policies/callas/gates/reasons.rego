package callas.gates

# METADATA
# description: |
#   What keeps the agent from calling as a service: every gate on agent and service that is
#   closed. Gates on the service are judged of one that exists, and those that need an
#   active duty profile only under one. Judged of known agents.
closed(id) := {gate | some gate in _judged(id); not open(gate, id)} | _own(id)

_judged(id) := [
	"agent_disabled", "service_disabled", "other_unit", "off_duty",
	"profile_without_service", "not_responsible",
] if {
	data.state.services[id]
	duty
} else := ["agent_disabled", "service_disabled", "other_unit", "off_duty"] if {
	data.state.services[id]
} else := ["agent_disabled", "off_duty"]

# METADATA
# description: The agent is switched on.
# custom:
#   gate: agent_disabled
open("agent_disabled", _) if data.state.agents[input.agent].enabled == true

# METADATA
# description: A duty profile is active.
# custom:
#   gate: off_duty
open("off_duty", _) if duty

# METADATA
# description: The service may be called as.
# custom:
#   gate: service_disabled
open("service_disabled", id) if data.state.services[id].call_as_enabled == true

# METADATA
# description: The service reaches the agent's unit.
# custom:
#   gate: other_unit
open("other_unit", id) if reaches(data.state.services[id].unit, data.state.agents[input.agent].unit)

# METADATA
# description: The active duty profile is part of the service.
# custom:
#   gate: profile_without_service
open("profile_without_service", id) if id in data.state.profiles[duty].services

# METADATA
# description: The agent answers for the service under the active duty profile.
# custom:
#   gate: not_responsible
open("not_responsible", id) if id in data.state.agents[input.agent].responsible[duty]

_own(id) := {reason | some reason in data.callas.own.service[id]} if {
	data.state.services[id]
} else := set()

# METADATA
# description: Every gate of the shipped law, in the order people read them.
order := [
	"emergency",
	"unknown_agent",
	"agent_disabled",
	"none_selected",
	"unknown_service",
	"service_disabled",
	"other_unit",
	"direction",
	"off_duty",
	"profile_without_service",
	"not_responsible",
	"modality",
	"no_number",
	"stale",
]

# METADATA
# description: A set of reasons as a list in reading order, an installation's own last.
ordered(reasons) := [reason | some reason in reasons] if {
	count(reasons) == 1
} else := array.concat(
	[reason | some reason in order; reason in reasons],
	[reason | some reason in reasons; not shipped(reason)],
)

# METADATA
# description: The reason is a gate of the shipped law.
shipped(reason) if reason in order

package callas.gates

# METADATA
# description: What keeps the agent from calling as any service. Judged of known agents.
# custom:
#   gate: agent_disabled
agent_reasons contains "agent_disabled" if not agent.enabled == true

# METADATA
# description: No duty profile is active, so the agent answers for nothing.
# custom:
#   gate: off_duty
agent_reasons contains "off_duty" if not profile

# METADATA
# description: |
#   What keeps the agent from calling as one service, by the service's id. Ask for one id
#   at a time: without it the whole table is read. Judged of services that exist; what
#   needs an active duty profile is judged only under one.
# custom:
#   gate: service_disabled
service_reasons[id] contains "service_disabled" if {
	service := data.state.services[id]
	not service.call_as_enabled == true
}

# METADATA
# description: The service does not reach the agent's unit.
# custom:
#   gate: other_unit
service_reasons[id] contains "other_unit" if {
	data.state.services[id]
	not _reached(id)
}

# METADATA
# description: The active duty profile is not part of the service.
# custom:
#   gate: profile_without_service
service_reasons[id] contains "profile_without_service" if {
	data.state.services[id]
	profile
	not _part_of_duty(id)
}

# METADATA
# description: The agent does not answer for the service under the active duty profile.
# custom:
#   gate: not_responsible
service_reasons[id] contains "not_responsible" if {
	data.state.services[id]
	profile
	not _responsible(id)
}

_reached(id) if _reaches(data.state.services[id].unit, agent.unit)

_part_of_duty(id) if id in profile.services

_responsible(id) if id in agent.responsible[session.profile]

# METADATA
# description: The gates that an installation has added.
service_reasons[id] contains reason if {
	data.state.services[id]
	some reason in data.callas.own.service[id]
}

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
ordered(reasons) := array.concat(
	[reason | some reason in order; reason in reasons],
	[reason | some reason in reasons; not shipped(reason)],
)

# METADATA
# description: The reason is a gate of the shipped law.
shipped(reason) if reason in order

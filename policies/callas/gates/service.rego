package callas.gates

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
	service := data.state.services[id]
	not _reaches(service.unit)
}

# METADATA
# description: The active duty profile is not part of the service.
# custom:
#   gate: profile_without_service
service_reasons[id] contains "profile_without_service" if {
	data.state.services[id]
	services := profile.services
	not id in services
}

# METADATA
# description: The agent does not answer for the service under the active duty profile.
# custom:
#   gate: not_responsible
service_reasons[id] contains "not_responsible" if {
	data.state.services[id]
	profile
	not id in agent.responsible[session.profile]
}

# A service always reaches its own unit. With reach "subtree" (an installation's setting)
# it reaches the units below too; siblings and parents never.
_reaches(unit) if agent.unit == unit

_reaches(unit) if {
	data.settings.reach == "subtree"
	unit in data.state.units[agent.unit].path
}

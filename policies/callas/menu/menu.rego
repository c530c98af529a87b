# METADATA
# title: Menu
# description: |
#   What an agent may pick under Call As, and why not the rest: every service of the
#   agent's profiles and responsibilities, and the one selected. None is always first and
#   is the page's to show.
#
#   Input: {"agent": id}. State: as callas.gates.
# schemas:
#   - input: schema.who
#   - data.state: schema.state
#   - data.settings: schema.settings
package callas.menu

import data.callas.gates

# METADATA
# description: |
#   {"profile": id or "", "items": [{"service", "name", "number", "available",
#   "reasons"}]}: available services first, then by name. Always defined.
# entrypoint: true
menu := {
	"profile": _profile,
	"items": [item | some [_, _, item] in _items],
}

default _profile := ""

_profile := id if {
	id := data.state.sessions[input.agent].profile
	id in data.state.agents[input.agent].profiles
}

# Sets iterate in order: false before true, then by name.
_items contains [reasons != [], lower(service.name), item] if {
	some id in _services
	service := data.state.services[id]
	reasons := _reasons(id)
	item := {
		"service": id,
		"name": service.name,
		"number": gates.number(service, "internal", ""),
		"available": reasons == [],
		"reasons": reasons,
	}
}

_services contains id if {
	caller := data.state.agents[input.agent]
	some profile in caller.profiles
	row := data.state.profiles[profile]
	some id in row.services
}

_services contains id if {
	caller := data.state.agents[input.agent]
	some ids in caller.responsible
	some id in ids
}

_services contains session.call_as if {
	session := data.state.sessions[input.agent]
	data.state.agents[input.agent]
}

_reasons(id) := [] if {
	_covers_some
	gates.offered(id)
} else := gates.ordered(gates.closed(id) | _direction)

# Which class is called is not known yet: only a direction that covers nothing matters.
_direction contains "direction" if not _covers_some

_covers_some if {
	caller := data.state.agents[input.agent]
	some class in ["pstn", "internal", "federated"]
	gates.covers(caller.direction, class)
}

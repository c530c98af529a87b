package callas.resolve

import data.callas.gates

# METADATA
# description: What the callee sees of the chosen service. An empty string is "nothing to show".
service_identity := {
	"name": _name(service),
	"number": shown,
	"uri": object.get(service, "uri", ""),
	"asserted": _asserted(service, shown),
} if {
	service := data.state.services[chosen]
	shown := _shown
}

# METADATA
# description: What the callee sees of the agent; null for an unknown one.
default agent_identity := null

agent_identity := {
	"name": gates.agent.name,
	"number": shown,
	"uri": object.get(gates.agent, "uri", ""),
	"asserted": shown,
} if {
	shown := object.get(gates.agent, "number", "")
}

# METADATA
# description: The number the chosen service presents to this target; undefined when none is usable.
number := gates.number(chosen, input.target)

default _shown := ""

_shown := number

_name(service) := service.display_name if {
	service.display_name != ""
} else := service.name

# The network identity: the service's, else that of the nearest unit above it that has one,
# else the presented number.
_asserted(service, shown) := service.asserted if {
	service.asserted != ""
} else := nearest if {
	nearest := [asserted |
		some unit in data.state.units[service.unit].path
		asserted := data.state.units[unit].asserted
		asserted != ""
	][0]
} else := shown

package callas.resolve

import data.callas.gates

# METADATA
# description: |
#   What the callee sees of a service that shows a number; an empty string is nothing to
#   show. "asserted" is the network's identity: the service's own, else that of the nearest
#   unit above it that has one, else the number shown.
service_identity(service, number) := {
	"name": _name(service),
	"number": number,
	"uri": object.get(service, "uri", ""),
	"asserted": array.concat(asserted, [number])[0],
} if {
	units := [data.state.units[unit] | some unit in data.state.units[service.unit].path]
	asserted := [row.asserted | some row in array.concat([service], units); row.asserted != ""]
}

# METADATA
# description: What the callee sees of the agent; null for an unknown one.
default agent_identity := null

agent_identity := {
	"name": gates.agent.name,
	"number": number,
	"uri": object.get(gates.agent, "uri", ""),
	"asserted": number,
} if {
	number := object.get(gates.agent, "number", "")
}

_name(service) := service.display_name if {
	service.display_name != ""
} else := service.name

package callas.resolve

# METADATA
# description: |
#   What the callee sees of a service that shows a number; an empty string is nothing to
#   show. "asserted" is the network's identity: the service's own, else that of the nearest
#   unit above it that has one, else the number shown.
service_identity(service, number) := {
	"name": _name(service),
	"number": number,
	"uri": object.get(service, "uri", ""),
	"asserted": _asserted(service, number),
}

_name(service) := service.display_name if {
	service.display_name != ""
} else := service.name

_asserted(service, number) := service.asserted if {
	service.asserted != ""
} else := above[0] if {
	path := data.state.units[service.unit].path
	above := [row.asserted | some unit in path; row := data.state.units[unit]; row.asserted != ""]
} else := number

# METADATA
# description: What the callee sees of the agent; null for an unknown one.
default agent_identity := null

agent_identity := {
	"name": caller.name,
	"number": number,
	"uri": object.get(caller, "uri", ""),
	"asserted": number,
} if {
	caller := data.state.agents[input.agent]
	number := object.get(caller, "number", "")
}

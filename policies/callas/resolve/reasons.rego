package callas.resolve

import data.callas.gates

# METADATA
# description: |
#   Every gate that is closed, in reading order. The first two leave nothing else to
#   judge.
reasons := ["emergency"] if {
	emergency
} else := ["unknown_agent"] if {
	unknown_agent
} else := gates.ordered(((_of_service | _of_call) | {reason | some reason in data.callas.own.call}))

# METADATA
# description: An emergency call carries the caller's own number, whatever is set.
# custom:
#   gate: emergency
emergency if input.target.class == "emergency"

# METADATA
# description: Nobody knows the agent.
# custom:
#   gate: unknown_agent
unknown_agent if not _known

_known if data.state.agents[input.agent]

# Mostly it is the call, and neither agent nor service.
_of_service := set() if {
	gates.offered(chosen)
} else := gates.closed(_service)

default _service := ""

_service := chosen

_of_call := {gate |
	some gate in ["none_selected", "unknown_service", "direction", "modality", "no_number", "stale"]
	not open(gate)
}

# METADATA
# description: The agent calls as a service, by selection or for this call.
# custom:
#   gate: none_selected
open("none_selected") if chosen

# METADATA
# description: The chosen service exists. Not judged of None.
# custom:
#   gate: unknown_service
open("unknown_service") if data.state.services[_service]

open("unknown_service") if _service == ""

# METADATA
# description: The agent's direction covers the target's class.
# custom:
#   gate: direction
open("direction") if gates.covers(data.state.agents[input.agent].direction, input.target.class)

# METADATA
# description: The call carries what can go out as a service.
# custom:
#   gate: modality
open("modality") if input.modality in data.settings.modalities

# METADATA
# description: |
#   A telephone target, and a number of the service that may be shown there. Other targets,
#   and services that do not exist, are not judged.
# custom:
#   gate: no_number
open("no_number") if not _to_a_telephone

open("no_number") if gates.number(data.state.services[_service], "pstn", country)

_to_a_telephone if {
	input.target.class == "pstn"
	data.state.services[_service]
}

# METADATA
# description: |
#   The facts are within the installation's bound and the service's own, and somebody said
#   how old they are.
# custom:
#   gate: stale
open("stale") if {
	input.stale == false
	not _aged
}

_aged if data.state.services[_service].stale == true

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
} else := gates.ordered(closed)

# METADATA
# description: An emergency call carries the caller's own number, whatever is set.
# custom:
#   gate: emergency
emergency if input.target.class == "emergency"

# METADATA
# description: Nobody knows the agent.
# custom:
#   gate: unknown_agent
unknown_agent if not gates.agent

# METADATA
# description: The gates closed to a known agent's call, and no emergency.
closed contains reason if some reason in gates.agent_reasons

closed contains reason if some reason in gates.service_reasons[chosen]

# METADATA
# description: The agent calls as nobody else, by selection or for this call.
# custom:
#   gate: none_selected
closed contains "none_selected" if not chosen

# METADATA
# description: The chosen service does not exist.
# custom:
#   gate: unknown_service
closed contains "unknown_service" if {
	id := chosen
	not data.state.services[id]
}

# METADATA
# description: The agent's direction does not cover the target's class.
# custom:
#   gate: direction
closed contains "direction" if not _covered

_covered if gates.covers(gates.agent.direction, input.target.class)

# METADATA
# description: The call carries what cannot go out as a service.
# custom:
#   gate: modality
closed contains "modality" if not _carried

_carried if input.modality in data.settings.modalities

# METADATA
# description: A telephone target, and no number of the service may be shown there.
# custom:
#   gate: no_number
closed contains "no_number" if {
	input.target.class == "pstn"
	data.state.services[chosen]
	not _numbered
}

_numbered if gates.number(chosen, input.target.class, country)

# METADATA
# description: |
#   The facts are older than the installation's bound or the service's own, or nobody said
#   how old they are.
# custom:
#   gate: stale
closed contains "stale" if not input.stale == false

closed contains "stale" if _aged

_aged if data.state.services[chosen].stale == true

# METADATA
# description: The gates on calls that an installation has added.
closed contains reason if some reason in data.callas.own.call

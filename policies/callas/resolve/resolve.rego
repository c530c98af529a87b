# METADATA
# title: Resolve
# description: |
#   Under whose identity a call goes out: the service's if every gate passes, else the
#   agent's own with every gate that failed as a reason. Nothing here blocks a call.
#
#   Input: {"agent": id, "target": {"class", "number"?, "uri"?, "country"?}, "modality",
#   "call_as"?: service id or "none", "stale": bool, "time"?: {"weekday", "minute", "date",
#   "zone"}}. State: as callas.gates, and data.state.units for the asserted number.
#
#   An installation adds a gate on calls in a file of its own, in this package:
#
#       failed contains "after_hours" if input.time.minute >= 18 * 60
# schemas:
#   - input: schema.call
#   - data.state: schema.state
#   - data.settings: schema.settings
package callas.resolve

import data.callas.gates

# METADATA
# description: |
#   {"as": "service" or "agent", "service": id or null, "identity": {"name", "number",
#   "uri", "asserted"} or null, "reasons": [...]}. Always defined.
# entrypoint: true
decision := {
	"as": "service",
	"service": chosen,
	"identity": service_identity,
	"reasons": [],
} if {
	count(reasons) == 0
} else := {
	"as": "agent",
	"service": null,
	"identity": agent_identity,
	"reasons": reasons,
}

# METADATA
# description: Every gate that failed, in reading order. The first two leave nothing else to judge.
reasons := ["emergency"] if {
	emergency
} else := ["unknown_agent"] if {
	unknown_agent
} else := gates.ordered(failed)

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
# description: |
#   The service chosen for this call: the call's own choice, else the agent's selection.
#   Undefined for None.
chosen := id if {
	id := _choice
	not id in {"", "none"}
}

_choice := input.call_as if {
	input.call_as != ""
} else := gates.session.call_as

# METADATA
# description: The gates that failed for a known agent and no emergency.
failed contains reason if some reason in gates.agent_reasons

failed contains reason if some reason in gates.service_reasons[chosen]

# METADATA
# description: The agent calls as nobody else, by selection or for this call.
# custom:
#   gate: none_selected
failed contains "none_selected" if not chosen

# METADATA
# description: The chosen service does not exist.
# custom:
#   gate: unknown_service
failed contains "unknown_service" if {
	chosen
	not data.state.services[chosen]
}

# METADATA
# description: The agent's direction does not cover the target's class.
# custom:
#   gate: direction
failed contains "direction" if not gates.covers(input.target.class)

# METADATA
# description: The call carries what cannot go out as a service.
# custom:
#   gate: modality
failed contains "modality" if not input.modality in data.settings.modalities

# METADATA
# description: A telephone target, and no number of the service may be shown there.
# custom:
#   gate: no_number
failed contains "no_number" if {
	input.target.class == "pstn"
	data.state.services[chosen]
	not number
}

# METADATA
# description: The facts are older than the installation's bound, or nobody said how old.
# custom:
#   gate: stale
failed contains "stale" if not input.stale == false

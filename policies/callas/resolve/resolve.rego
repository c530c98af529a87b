# METADATA
# title: Resolve
# description: |
#   Under whose identity a call goes out: the service's if every gate is open, else the
#   agent's own with every gate that is closed as a reason. Nothing here blocks a call.
#
#   Input: {"agent": id, "target": {"class", "number"?, "uri"?, "country"?}, "modality",
#   "call_as"?: service id or "none", "stale": bool, "time"?: {"weekday", "minute", "date",
#   "zone"}}. State: as callas.gates; a service's "stale" says that the facts are older than
#   its own bound.
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
	"identity": identity,
	"reasons": [],
} if {
	input.stale == false
	input.modality in data.settings.modalities
	gates.covers(gates.agent.direction, input.target.class)
	gates.offered(chosen)
	not aged
	not _closed
	identity := service_identity
} else := {
	"as": "agent",
	"service": null,
	"identity": agent_identity,
	"reasons": reasons,
}

# METADATA
# description: |
#   The service chosen for this call: the call's own choice, else the agent's selection.
#   Undefined for None.
chosen := id if {
	id := _choice
	id != "none"
	id != ""
}

_choice := id if {
	id := input.call_as
} else := gates.session.call_as

# METADATA
# description: |
#   What of the target a number is chosen by. Naming just these lets callas give the same
#   answer for all targets that are alike in them without asking again.
called := {"class": input.target.class, "country": input.target.country} if {
	input.target.country
} else := {"class": input.target.class}

# METADATA
# description: The service bounds the age of the facts itself (serve_stale), and they are older.
aged if data.state.services[chosen].stale == true

_closed if some _ in data.callas.own.call

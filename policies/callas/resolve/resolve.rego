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
	"service": id,
	"identity": identity,
	"reasons": [],
} if {
	input.stale == false
	input.modality in data.settings.modalities
	gates.covers(data.state.agents[input.agent].direction, input.target.class)
	id := chosen
	gates.offered(id)
	service := data.state.services[id]
	not service.stale == true
	not _closed
	identity := service_identity(service, gates.number(service, input.target.class, country))
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
	id := input.call_as
	id != ""
	id != "none"
} else := id if {
	not input.call_as
	id := data.state.sessions[input.agent].call_as
	id != ""
}

# METADATA
# description: The country of the target's number, "" for none.
default country := ""

country := input.target.country

_closed if some _ in data.callas.own.call

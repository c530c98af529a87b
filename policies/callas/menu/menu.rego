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
	"items": [_items[key[2]] | some key in _sorted],
}

default _profile := ""

_profile := gates.session.profile if gates.session.profile in gates.agent.profiles

_services contains id if {
	some profile in gates.agent.profiles
	some id in data.state.profiles[profile].services
}

_services contains id if some id in gates.agent.responsible[_]

_services contains gates.session.call_as if gates.agent

_items[id] := {
	"service": id,
	"name": service.name,
	"number": _number(id),
	"available": reasons == [],
	"reasons": reasons,
} if {
	some id in _services
	service := data.state.services[id]
	reasons := gates.ordered(object.get(_against, id, set()))
}

_against[id] contains reason if {
	some id in _services
	some reason in gates.agent_reasons
}

_against[id] contains reason if {
	some id in _services
	some reason in gates.service_reasons[id]
}

# A direction that covers nothing empties the menu; which class is called is not known yet.
_against[id] contains "direction" if {
	some id in _services
	not gates.covers("pstn")
	not gates.covers("internal")
	not gates.covers("federated")
}

# The number the service shows where no country asks for another.
default _number(_) := ""

_number(id) := gates.number(id, {"class": "internal"})

_sorted contains [item.available == false, lower(item.name), id] if some id, item in _items

package callas.change

# METADATA
# description: |
#   What may be read, from {"by": principal}: {"units": null for everything, else the ids of
#   the topmost units, these and all below; "agent": the id whose own rows may be read, or
#   null; "kinds": [readable kinds]; "powers": {kind: [actions]}, what the role may do at
#   all, for pages}. Always defined.
# entrypoint: true
scope := {
	"units": _units,
	"agent": _agent,
	"kinds": _kinds,
	"powers": _powers,
}

# METADATA
# description: The unit is one of the supervisor's or lies below one.
within(unit) if {
	some above in data.state.units[unit].path
	above in input.by.units
}

default _units := []

_units := null if input.by.role in {"admin", "auditor"}

_units := [unit | some unit in {unit | some unit in input.by.units}; not _nested(unit)] if {
	input.by.role == "supervisor"
}

_nested(unit) if {
	some above in data.state.units[unit].path
	above != unit
	above in input.by.units
}

default _agent := null

_agent := input.by.agent if input.by.agent != ""

default _kinds := []

_kinds := data.settings.reads[input.by.role]

default _powers := {}

_powers := data.settings.powers[input.by.role]

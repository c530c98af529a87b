# METADATA
# title: Change
# description: |
#   Who may change which setting. Settings data.settings.powers say what a role may do at
#   all; the rules here say to whose.
#
#   Input: callas.Change: {"by": {"name", "role", "units"?, "agent"?}, "action", "kind",
#   "id", "before": row or null, "after": row or null, "fields": [names of those in which
#   the two differ; all that the row has where there is but one]}, and where an earlier
#   change is taken back by it "undoes": {"own": by made that change, "followed": nobody
#   asked for it of this row, which lost what was deleted elsewhere, or had it brought back,
#   "services": {id: unit} of those that come back too}. What was edited since, the row or
#   another of its id, is not undone at all, or not as one's own. The action "reveal" is
#   of the kind "decision", by its id: to be shown in clear whom a recorded call was for.
#   There is no row then.
#   State: data.state.units, agents, services, as they are before the change.
#
#   A bulk edit asks this of thousands of agents. Those who are alike in what is read of
#   the rows are judged once: so rows are read field by field, and never as a whole.
# schemas:
#   - input: schema.change
#   - data.state: schema.state
#   - data.settings: schema.settings
package callas.change

# METADATA
# description: '{"allow": bool, "reasons": [codes, sorted]}. Always defined.'
# entrypoint: true
decision := {
	"allow": count(reasons) == 0,
	"reasons": [reason | some reason in reasons],
}

# METADATA
# description: |
#   Everything that speaks against the change. A role that may not do such a thing at all
#   leaves nothing else to judge.
# custom:
#   gate: role
reasons contains "role" if not _power

# METADATA
# description: Only an administrator says which importer owns a setting.
# custom:
#   gate: ownership
reasons contains "ownership" if {
	_power
	input.by.role != "admin"
	some field in ["source", "locked"]
	_changes(field)
}

# METADATA
# description: |
#   A field is locked by the importer that owns it, to administrators too: they release it
#   first. What has locked fields cannot be deleted either.
# custom:
#   gate: locked
reasons contains "locked" if {
	_power
	some field in input.before.locked
	_changes(field)
	not _released(field)
}

# METADATA
# description: |
#   A supervisor changes what lies in their units and below, before and after the change:
#   of units only those below their own, and no profile that is offered everywhere. What a
#   deletion of theirs took from rows elsewhere they give back with what they had deleted,
#   which they must be allowed to make again.
# custom:
#   gate: not_your_unit
reasons contains "not_your_unit" if {
	_power
	input.by.role == "supervisor"
	not _own_session
	not _in_units
	not _given_back
}

# METADATA
# description: An agent changes only their own session.
# custom:
#   gate: not_your_session
reasons contains "not_your_session" if {
	_power
	input.by.role == "agent"
	not _own_session
}

# METADATA
# description: |
#   A supervisor makes agents responsible only for services in the supervisor's units, or
#   in a unit above the agent, where the service's own supervisor has switched it on for
#   everyone below. Our reading: otherwise one supervisor could lend another's service.
#   What the agent had before stays. A service that an undo brings back is one already.
# custom:
#   gate: not_your_service
reasons contains "not_your_service" if {
	_power
	input.by.role == "supervisor"
	input.kind == "agent"
	some profile, services in input.after.responsible
	some service in services
	not _held(profile, service)
	not _lendable(service)
}

# METADATA
# description: Where agents may not choose their duty profile they may still log out of it.
# custom:
#   gate: profile_fixed
reasons contains "profile_fixed" if {
	_power
	input.by.role == "agent"
	not data.settings.agents_choose_profile == true
	_changes("profile")
	input.after.profile != ""
}

_power if input.action in data.settings.powers[input.by.role][input.kind]

_changes(field) if field in input.fields

_released(field) if {
	is_object(input.after)
	not _locked_after(field)
}

_locked_after(field) if field in input.after.locked

_own_session if {
	input.kind == "session"
	input.by.agent != ""
	input.id == input.by.agent
}

_in_units if {
	input.kind in {"agent", "service", "profile"}
	_was_in_units
	_is_in_units
}

_in_units if {
	input.kind == "unit"
	_was_below_units
	_is_below_units
}

_in_units if {
	input.kind == "session"
	within(data.state.agents[input.id].unit)
}

_was_in_units if {
	is_null(input.before)
	is_object(input.after)
}

_was_in_units if within(input.before.unit)

_is_in_units if {
	is_null(input.after)
	is_object(input.before)
}

_is_in_units if within(input.after.unit)

_was_below_units if {
	is_null(input.before)
	is_object(input.after)
}

_was_below_units if within(input.before.parent)

_is_below_units if {
	is_null(input.after)
	is_object(input.before)
}

_is_below_units if within(input.after.parent)

_given_back if {
	input.undoes.own == true
	input.undoes.followed == true
}

_held(profile, service) if service in input.before.responsible[profile]

_lendable(id) if within(data.state.services[id].unit)

_lendable(id) if within(input.undoes.services[id])

_lendable(id) if data.state.services[id].unit in data.state.units[input.after.unit].path

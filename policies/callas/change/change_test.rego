package callas.change_test

import data.callas.change
import data.callas.company

_admin := {"name": "root", "role": "admin"}

# Supervises london and what lies below it.
_supervisor := {"name": "sue", "role": "supervisor", "units": ["london"]}

_auditor := {"name": "aude", "role": "auditor"}

_agent := {"name": "anna", "role": "agent", "agent": "anna"}

_platform := {"name": "kamailio", "role": "platform"}

test_row[tc.note] if {
	some tc in [
		{
			"note": "an administrator edits any agent",
			"by": _admin,
			"kind": "agent",
			"id": "emil",
			"set": {"direction": "all"},
			"reasons": [],
		},
		{
			"note": "a supervisor edits an agent below",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"direction": "all"},
			"reasons": [],
		},
		{
			"note": "a supervisor does not edit an agent elsewhere",
			"by": _supervisor,
			"kind": "agent",
			"id": "emil",
			"set": {"direction": "all"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor moves no agent away",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"unit": "leeds"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor moves no agent in",
			"by": _supervisor,
			"kind": "agent",
			"id": "emil",
			"set": {"unit": "care"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor moves no agent to a unit that is not there",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"unit": "paris"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor of no unit edits nobody",
			"by": {"name": "sue", "role": "supervisor"},
			"kind": "agent",
			"id": "anna",
			"set": {"direction": "all"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor switches on a service of their own unit",
			"by": _supervisor,
			"kind": "service",
			"id": "premium",
			"set": {"call_as_enabled": true},
			"reasons": [],
		},
		{
			"note": "a supervisor does not switch a service of another unit",
			"by": _supervisor,
			"kind": "service",
			"id": "itdesk",
			"set": {"call_as_enabled": false},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor edits a profile of their unit",
			"by": _supervisor,
			"kind": "profile",
			"id": "day",
			"had": {"unit": "care"},
			"set": {"services": ["help"]},
			"reasons": [],
		},
		{
			"note": "a profile that is offered everywhere is the administrator's",
			"by": _supervisor,
			"kind": "profile",
			"id": "day",
			"set": {"services": ["help"]},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a profile that is offered everywhere cannot be taken over",
			"by": _supervisor,
			"kind": "profile",
			"id": "day",
			"set": {"unit": "care"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor renames a unit below theirs",
			"by": _supervisor,
			"kind": "unit",
			"id": "care",
			"set": {"name": "Customer Care"},
			"reasons": [],
		},
		{
			"note": "a supervisor does not rename their own unit",
			"by": _supervisor,
			"kind": "unit",
			"id": "london",
			"set": {"name": "Londinium"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor does not rename the top unit",
			"by": _supervisor,
			"kind": "unit",
			"id": "nordhang",
			"set": {"name": "Südhang"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor moves no unit away",
			"by": _supervisor,
			"kind": "unit",
			"id": "care",
			"set": {"parent": "leeds"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "an agent does not edit their own settings",
			"by": _agent,
			"kind": "agent",
			"id": "anna",
			"set": {"direction": "all"},
			"reasons": ["role"],
		},
		{
			"note": "an installation takes units away from supervisors",
			"by": _supervisor,
			"kind": "unit",
			"id": "care",
			"set": {"name": "Customer Care"},
			"settings": {"powers": {"supervisor": {"unit": []}}},
			"reasons": ["role"],
		},
	]

	_update(tc) == {"allow": tc.reasons == [], "reasons": tc.reasons}
}

# An update of a row of the company: {"by", "kind", "id", "set": fields after, "had"?: fields
# before where they differ from the company's, "settings"?}.
_update(tc) := decision if {
	stored := company.state[_table[tc.kind]][tc.id]
	before := _put(stored, object.get(tc, "had", {}))
	decision := change.decision with input as {
		"by": tc.by,
		"action": "update",
		"kind": tc.kind,
		"id": tc.id,
		"before": before,
		"after": _put(before, tc.set),
		"fields": sort(object.keys(tc.set)),
	}
		with data.state as company.state
		with data.settings as object.union(data.settings, object.get(tc, "settings", {}))
}

_table := {
	"unit": "units",
	"service": "services",
	"profile": "profiles",
	"agent": "agents",
	"session": "sessions",
}

# Replaces whole fields, unlike object.union.
_put(row, fields) := object.union(object.remove(row, object.keys(fields)), fields)

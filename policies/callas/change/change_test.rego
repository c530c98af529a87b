package callas.change_test

import data.callas.change
import data.callas.company

_admin := {"name": "root", "role": "admin"}

# Supervises london and what lies below it.
_supervisor := {"name": "sue", "role": "supervisor", "units": ["london"]}

_auditor := {"name": "aude", "role": "auditor"}

_agent := {"name": "anna", "role": "agent", "agent": "anna"}

_platform := {"name": "kamailio", "role": "platform"}

# {"by", "kind", "id", "set" (fields after), "had" (fields before that differ from the
# company's)}: an update of a row of the company.
test_update[tc.note] if {
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
			"note": "not one elsewhere",
			"by": _supervisor,
			"kind": "agent",
			"id": "emil",
			"set": {"direction": "all"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "and moves none away",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"unit": "leeds"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "nor one in",
			"by": _supervisor,
			"kind": "agent",
			"id": "emil",
			"set": {"unit": "care"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "nor one to a unit that is not there",
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
			"note": "not one of another",
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
			"note": "and cannot be taken over",
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
			"note": "not their own",
			"by": _supervisor,
			"kind": "unit",
			"id": "london",
			"set": {"name": "Londinium"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "nor the top one",
			"by": _supervisor,
			"kind": "unit",
			"id": "nordhang",
			"set": {"name": "Südhang"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "nor moves one away",
			"by": _supervisor,
			"kind": "unit",
			"id": "care",
			"set": {"parent": "leeds"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor sets the session of an agent below",
			"by": _supervisor,
			"kind": "session",
			"id": "anna",
			"set": {"profile": "campaign"},
			"reasons": [],
		},
		{
			"note": "not of one elsewhere",
			"by": _supervisor,
			"kind": "session",
			"id": "emil",
			"set": {"profile": "off"},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "but their own, wherever they work",
			"by": object.union(_supervisor, {"agent": "emil"}),
			"kind": "session",
			"id": "emil",
			"set": {"profile": "off"},
			"reasons": [],
		},
		{
			"note": "a supervisor makes an agent responsible for a service of their unit",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"responsible": {"day": ["help", "claims", "premium"], "campaign": ["renewals"]}},
			"reasons": [],
		},
		{
			"note": "or of a unit above, which reaches the agent",
			"by": object.union(_supervisor, {"units": ["care"]}),
			"kind": "agent",
			"id": "anna",
			"set": {"responsible": {"day": ["help", "claims", "premium"]}},
			"reasons": [],
		},
		{
			"note": "not for one of another unit",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"responsible": {"day": ["help", "itdesk"]}},
			"reasons": ["not_your_service"],
		},
		{
			"note": "not even where the agent had none before",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"had": {"responsible": null},
			"set": {"responsible": {"day": ["itdesk"]}},
			"reasons": ["not_your_service"],
		},
		{
			"note": "nor for one that is not there",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"responsible": {"day": ["nothing"]}},
			"reasons": ["not_your_service"],
		},
		{
			"note": "what the agent was responsible for before stays",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"had": {"responsible": {"day": ["itdesk"]}},
			"set": {"responsible": {"day": ["itdesk", "help"]}},
			"reasons": [],
		},
		{
			"note": "an administrator makes anyone responsible for anything",
			"by": _admin,
			"kind": "agent",
			"id": "anna",
			"set": {"responsible": {"day": ["itdesk"]}},
			"reasons": [],
		},
		{
			"note": "a locked field is closed to a supervisor",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"had": {"source": "hr", "locked": ["name", "unit"]},
			"set": {"name": "Anna M"},
			"reasons": ["locked"],
		},
		{
			"note": "and to an administrator",
			"by": _admin,
			"kind": "agent",
			"id": "anna",
			"had": {"source": "hr", "locked": ["name", "unit"]},
			"set": {"name": "Anna M"},
			"reasons": ["locked"],
		},
		{
			"note": "a field beside it is open",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"had": {"source": "hr", "locked": ["name", "unit"]},
			"set": {"direction": "all"},
			"reasons": [],
		},
		{
			"note": "an administrator releases a locked field and changes it",
			"by": _admin,
			"kind": "agent",
			"id": "anna",
			"had": {"source": "hr", "locked": ["name", "unit"]},
			"set": {"name": "Anna M", "locked": ["unit"]},
			"reasons": [],
		},
		{
			"note": "a supervisor does not",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"had": {"source": "hr", "locked": ["name", "unit"]},
			"set": {"name": "Anna M", "locked": ["unit"]},
			"reasons": ["ownership"],
		},
		{
			"note": "nor says that another importer owns it",
			"by": _supervisor,
			"kind": "service",
			"id": "help",
			"set": {"source": "crm"},
			"reasons": ["ownership"],
		},
		{
			"note": "an agent selects a service",
			"by": _agent,
			"kind": "session",
			"id": "anna",
			"set": {"call_as": "claims"},
			"reasons": [],
		},
		{
			"note": "not for another agent",
			"by": _agent,
			"kind": "session",
			"id": "ben",
			"set": {"call_as": "claims"},
			"reasons": ["not_your_session"],
		},
		{
			"note": "an agent without an id has no session",
			"by": {"name": "nobody", "role": "agent", "agent": ""},
			"kind": "session",
			"id": "anna",
			"set": {"call_as": "claims"},
			"reasons": ["not_your_session"],
		},
		{
			"note": "an agent chooses a duty profile",
			"by": _agent,
			"kind": "session",
			"id": "anna",
			"set": {"profile": "campaign"},
			"reasons": [],
		},
		{
			"note": "not where the installation leaves that to supervisors",
			"by": _agent,
			"kind": "session",
			"id": "anna",
			"set": {"profile": "campaign"},
			"settings": {"agents_choose_profile": false},
			"reasons": ["profile_fixed"],
		},
		{
			"note": "there an agent still selects",
			"by": _agent,
			"kind": "session",
			"id": "anna",
			"set": {"call_as": "claims"},
			"settings": {"agents_choose_profile": false},
			"reasons": [],
		},
		{
			"note": "and logs out",
			"by": _agent,
			"kind": "session",
			"id": "anna",
			"set": {"profile": ""},
			"settings": {"agents_choose_profile": false},
			"reasons": [],
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
			"note": "an auditor changes nothing",
			"by": _auditor,
			"kind": "session",
			"id": "anna",
			"set": {"profile": "off"},
			"reasons": ["role"],
		},
		{
			"note": "a platform changes nothing",
			"by": _platform,
			"kind": "session",
			"id": "anna",
			"set": {"profile": "off"},
			"reasons": ["role"],
		},
		{
			"note": "a role that nobody knows changes nothing",
			"by": {"name": "x", "role": "owner"},
			"kind": "session",
			"id": "anna",
			"set": {"profile": "off"},
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

	stored := company.state[_table[tc.kind]][tc.id]
	before := _put(stored, object.get(tc, "had", {}))
	got := change.decision with input as {
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
	got == {"allow": tc.reasons == [], "reasons": tc.reasons}
}

test_create_and_delete[tc.note] if {
	some tc in [
		{
			"note": "a supervisor adds an agent",
			"change": {"by": _supervisor, "action": "create", "kind": "agent", "id": "finn", "before": null, "after": {
				"id": "finn",
				"name": "Finn",
				"unit": "care",
				"responsible": {"day": ["help"]},
			}},
			"reasons": [],
		},
		{
			"note": "not elsewhere, nor with another's service, nor as an importer's",
			"change": {"by": _supervisor, "action": "create", "kind": "agent", "id": "finn", "before": null, "after": {
				"id": "finn",
				"name": "Finn",
				"unit": "nordhang",
				"responsible": {"day": ["itdesk"]},
				"source": "hr",
			}},
			"reasons": ["not_your_service", "not_your_unit", "ownership"],
		},
		{
			"note": "a supervisor adds a unit below theirs",
			"change": {
				"by": _supervisor,
				"action": "create",
				"kind": "unit",
				"id": "night",
				"before": null,
				"after": {"id": "night", "name": "Night", "parent": "london"},
			},
			"reasons": [],
		},
		{
			"note": "not a new top",
			"change": {
				"by": _supervisor,
				"action": "create",
				"kind": "unit",
				"id": "rival",
				"before": null,
				"after": {"id": "rival", "name": "Rival"},
			},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor removes a service of their unit",
			"change": {
				"by": _supervisor,
				"action": "delete",
				"kind": "service",
				"id": "premium",
				"before": company.state.services.premium,
				"after": null,
			},
			"reasons": [],
		},
		{
			"note": "what an importer has locked is not removed",
			"change": {
				"by": _admin,
				"action": "delete",
				"kind": "service",
				"id": "premium",
				"before": object.union(company.state.services.premium, {"source": "crm", "locked": ["name"]}),
				"after": null,
			},
			"reasons": ["locked"],
		},
		{
			"note": "a change of nothing is no supervisor's",
			"change": {"by": _supervisor, "action": "delete", "kind": "service", "id": "premium", "before": null, "after": null},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "nor of a unit that is not there",
			"change": {"by": _supervisor, "action": "delete", "kind": "unit", "id": "night", "before": null, "after": null},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "an agent logs in for the first time",
			"change": {
				"by": object.union(_agent, {"agent": "finn"}),
				"action": "create",
				"kind": "session",
				"id": "finn",
				"before": null,
				"after": {"agent": "finn", "profile": "day"},
			},
			"reasons": [],
		},
		{
			"note": "an agent logs out, profile fixed or not",
			"change": {
				"by": _agent,
				"action": "delete",
				"kind": "session",
				"id": "anna",
				"before": company.state.sessions.anna,
				"after": null,
			},
			"settings": {"agents_choose_profile": false},
			"reasons": [],
		},
		{
			"note": "an administrator grants a token",
			"change": {"by": _admin, "action": "create", "kind": "token", "id": "t1", "before": null, "after": {"id": "t1"}},
			"reasons": [],
		},
		{
			"note": "a supervisor never",
			"change": {"by": _supervisor, "action": "create", "kind": "token", "id": "t1", "before": null, "after": {"id": "t1"}},
			"reasons": ["role"],
		},
		{
			"note": "not even where an installation gives them the power",
			"change": {"by": _supervisor, "action": "create", "kind": "token", "id": "t1", "before": null, "after": {"id": "t1"}},
			"settings": {"powers": {"supervisor": {"token": ["create"]}}},
			"reasons": ["not_your_unit"],
		},
		{"note": "nothing is asked", "change": {}, "reasons": ["role"]},
	]

	got := change.decision with input as tc.change
		with data.state as company.state
		with data.settings as object.union(data.settings, object.get(tc, "settings", {}))
	got == {"allow": tc.reasons == [], "reasons": tc.reasons}
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

package callas.change_test

import data.callas.change
import data.callas.company

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
			"note": "a supervisor adds no agent elsewhere, with another's service, as an importer's",
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
			"note": "a supervisor adds no new top unit",
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
			"note": "a change of a unit that is not there is no supervisor's",
			"change": {"by": _supervisor, "action": "delete", "kind": "unit", "id": "night", "before": null, "after": null},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "a supervisor removes a unit below theirs",
			"change": {
				"by": _supervisor,
				"action": "delete",
				"kind": "unit",
				"id": "care",
				"before": company.state.units.care,
				"after": null,
			},
			"reasons": [],
		},
		{
			"note": "a supervisor does not remove their own unit",
			"change": {
				"by": _supervisor,
				"action": "delete",
				"kind": "unit",
				"id": "london",
				"before": company.state.units.london,
				"after": null,
			},
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
			"note": "a supervisor grants no token",
			"change": {"by": _supervisor, "action": "create", "kind": "token", "id": "t1", "before": null, "after": {"id": "t1"}},
			"reasons": ["role"],
		},
		{
			"note": "a supervisor grants no token even where an installation gives them the power",
			"change": {
				"by": _supervisor,
				"action": "create",
				"kind": "token",
				"id": "t1",
				"before": null,
				"after": {"id": "t1", "unit": "care"},
			},
			"settings": {"powers": {"supervisor": {"token": ["create"]}}},
			"reasons": ["not_your_unit"],
		},
		{"note": "nothing is asked", "change": {}, "reasons": ["role"]},
	]

	got := change.decision with input as _asked(tc.change)
		with data.state as company.state
		with data.settings as object.union(data.settings, object.get(tc, "settings", {}))
	got == {"allow": tc.reasons == [], "reasons": tc.reasons}
}

# Of a row that is created or deleted all that it has is a change.
_asked(asked) := object.union(asked, {"fields": [field |
	some row in [object.get(asked, "before", null), object.get(asked, "after", null)]
	is_object(row)
	some field in sort(object.keys(row))
]})

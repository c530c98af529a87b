package callas.change_test

import data.callas.change
import data.callas.company

test_scope[tc.note] if {
	some tc in [
		{
			"note": "an administrator reads everything",
			"by": _admin,
			"want": {"units": null, "agent": null, "kinds": ["unit", "service", "profile", "agent", "session", "token"]},
		},
		{
			"note": "an auditor reads everything too",
			"by": _auditor,
			"want": {"units": null, "agent": null, "kinds": ["unit", "service", "profile", "agent", "session", "token"]},
		},
		{
			"note": "a supervisor reads their units and below",
			"by": _supervisor,
			"want": {"units": ["london"], "agent": null, "kinds": ["unit", "service", "profile", "agent", "session"]},
		},
		{
			"note": "only the topmost units are told, each once",
			"by": {"name": "sue", "role": "supervisor", "units": ["care", "london", "leeds", "london"], "agent": "anna"},
			"want": {"units": ["leeds", "london"], "agent": "anna", "kinds": ["unit", "service", "profile", "agent", "session"]},
		},
		{
			"note": "a supervisor of no unit reads nothing",
			"by": {"name": "sue", "role": "supervisor"},
			"want": {"units": [], "agent": null, "kinds": ["unit", "service", "profile", "agent", "session"]},
		},
		{
			"note": "an agent reads their own rows",
			"by": _agent,
			"want": {"units": [], "agent": "anna", "kinds": ["agent", "session"]},
		},
		{
			"note": "a platform reads nothing",
			"by": _platform,
			"want": {"units": [], "agent": null, "kinds": []},
		},
		{
			"note": "a role that nobody knows reads nothing",
			"by": {"name": "x", "role": "owner", "units": ["nordhang"]},
			"want": {"units": [], "agent": null, "kinds": []},
		},
	]

	got := change.scope with input as {"by": tc.by}
		with data.state as company.state
	object.remove(got, ["powers"]) == tc.want
	got.powers == object.get(data.settings.powers, tc.by.role, {})
}

test_empty_input_reads_nothing if {
	got := change.scope with input as {}
	got == {"units": [], "agent": null, "kinds": [], "powers": {}}
}

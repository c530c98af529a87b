package callas.change_test

test_ownership[tc.note] if {
	some tc in [
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
			"note": "a locked field is closed to an administrator too",
			"by": _admin,
			"kind": "agent",
			"id": "anna",
			"had": {"source": "hr", "locked": ["name", "unit"]},
			"set": {"name": "Anna M"},
			"reasons": ["locked"],
		},
		{
			"note": "a field beside a locked one is open",
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
			"note": "a supervisor does not release a locked field",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"had": {"source": "hr", "locked": ["name", "unit"]},
			"set": {"name": "Anna M", "locked": ["unit"]},
			"reasons": ["ownership"],
		},
		{
			"note": "a supervisor does not say that another importer owns a row",
			"by": _supervisor,
			"kind": "service",
			"id": "help",
			"set": {"source": "crm"},
			"reasons": ["ownership"],
		},
	]

	_update(tc) == {"allow": tc.reasons == [], "reasons": tc.reasons}
}

package callas.change_test

test_responsible[tc.note] if {
	some tc in [
		{
			"note": "a supervisor makes an agent responsible for a service of their unit",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"responsible": {"day": ["help", "claims", "premium"], "campaign": ["renewals"]}},
			"reasons": [],
		},
		{
			"note": "a supervisor makes an agent responsible for a service of a unit above, which reaches the agent",
			"by": object.union(_supervisor, {"units": ["care"]}),
			"kind": "agent",
			"id": "anna",
			"set": {"responsible": {"day": ["help", "claims", "premium"]}},
			"reasons": [],
		},
		{
			"note": "a supervisor makes nobody responsible for a service of another unit",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"set": {"responsible": {"day": ["help", "itdesk"]}},
			"reasons": ["not_your_service"],
		},
		{
			"note": "a supervisor does not lend another's service to an agent who had none before",
			"by": _supervisor,
			"kind": "agent",
			"id": "anna",
			"had": {"responsible": null},
			"set": {"responsible": {"day": ["itdesk"]}},
			"reasons": ["not_your_service"],
		},
		{
			"note": "a supervisor makes nobody responsible for a service that is not there",
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
	]

	_update(tc) == {"allow": tc.reasons == [], "reasons": tc.reasons}
}

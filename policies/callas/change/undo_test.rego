package callas.change_test

import data.callas.change
import data.callas.company

# sue has deleted help, which is in london, and takes that back: the service itself, the
# profile day, which is offered everywhere and lost it, and agents who answered for it.
test_undo[tc.note] if {
	some tc in [
		{
			"note": "a supervisor gives back to a profile that is offered everywhere what their deletion took from it",
			"kind": "profile",
			"id": "day",
			"had": {"services": ["claims"]},
			"set": {"services": ["claims", "help"]},
			"undoes": {"own": true, "followed": true},
			"reasons": [],
		},
		{
			"note": "and to an agent elsewhere",
			"kind": "agent",
			"id": "emil",
			"had": {"responsible": {}},
			"set": {"responsible": {"day": ["help"]}},
			"undoes": {"own": true, "followed": true},
			"reasons": [],
		},
		{
			"note": "not what another's deletion took",
			"kind": "profile",
			"id": "day",
			"had": {"services": ["claims"]},
			"set": {"services": ["claims", "help"]},
			"undoes": {"own": false, "followed": true},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "what was asked for is no more theirs for being taken back",
			"kind": "profile",
			"id": "day",
			"had": {"services": ["claims"]},
			"set": {"services": ["claims", "help"]},
			"undoes": {"own": true, "followed": false},
			"reasons": ["not_your_unit"],
		},
		{
			"note": "who supervises nothing any more gives back no agent another's service",
			"by": {"name": "sue", "role": "supervisor", "units": []},
			"kind": "agent",
			"id": "anna",
			"had": {"responsible": {}},
			"set": {"responsible": {"day": ["help"]}},
			"undoes": {"own": true, "followed": true},
			"reasons": ["not_your_service"],
		},
		{
			"note": "who is no supervisor any more gives back nothing",
			"by": {"name": "sue", "role": "auditor"},
			"kind": "profile",
			"id": "day",
			"had": {"services": ["claims"]},
			"set": {"services": ["claims", "help"]},
			"undoes": {"own": true, "followed": true},
			"reasons": ["role"],
		},
		{
			"note": "what an importer has locked stays",
			"kind": "profile",
			"id": "day",
			"had": {"services": ["claims"], "locked": ["services"]},
			"set": {"services": ["claims", "help"]},
			"undoes": {"own": true, "followed": true},
			"reasons": ["locked"],
		},
		{
			"note": "another's service is lent to nobody by deleting a profile and taking that back",
			"kind": "agent",
			"id": "anna",
			"had": {"responsible": {}},
			"set": {"responsible": {"day": ["help"], "night": ["itdesk"]}},
			"undoes": {"own": true, "followed": true},
			"reasons": ["not_your_service"],
		},
		{
			"note": "a service that comes back elsewhere is not theirs to lend",
			"kind": "agent",
			"id": "anna",
			"had": {"responsible": {}},
			"set": {"responsible": {"day": ["help"]}},
			"undoes": {"own": true, "followed": true, "services": {"help": "leeds"}},
			"reasons": ["not_your_service"],
		},
		{
			"note": "anybody's undo may give a service of the supervisor's units back to their agents",
			"kind": "agent",
			"id": "anna",
			"had": {"responsible": {}},
			"set": {"responsible": {"day": ["help"]}},
			"undoes": {"own": false, "followed": true},
			"reasons": [],
		},
	]

	got := _undone(tc)
	got == {"allow": tc.reasons == [], "reasons": tc.reasons}
}

test_the_deleted_service_itself_is_asked_about_as_ever[tc.note] if {
	some tc in [
		{"note": "by its supervisor", "by": _supervisor, "reasons": []},
		{"note": "by who supervises another unit by now", "by": object.union(_supervisor, {"units": ["leeds"]}), "reasons": ["not_your_unit"]},
		{"note": "by who is an agent by now", "by": _agent, "reasons": ["role"]},
	]

	got := change.decision with input as _asked({
		"by": tc.by,
		"action": "create",
		"kind": "service",
		"id": "help",
		"before": null,
		"after": company.state.services.help,
		"undoes": {"own": true, "followed": false, "services": {"help": "london"}},
	})
		with data.state as _without_help
	got == {"allow": tc.reasons == [], "reasons": tc.reasons}
}

_without_help := object.union(object.remove(company.state, ["services"]), {"services": object.remove(company.state.services, ["help"])})

_undone(tc) := decision if {
	before := _put(company.state[_table[tc.kind]][tc.id], tc.had)
	decision := change.decision with input as {
		"by": object.get(tc, "by", _supervisor),
		"action": "update",
		"kind": tc.kind,
		"id": tc.id,
		"before": before,
		"after": _put(before, tc.set),
		"fields": sort(object.keys(tc.set)),
		"undoes": object.union({"services": {"help": "london"}}, tc.undoes),
	}
		with data.state as _without_help
}

package callas.signin_test

import data.callas.company
import data.callas.signin

_settings := {"sign_in": {
	"role_claim": "roles",
	"roles": {
		"callas-admin": "admin",
		"callas-supervisor": "supervisor",
		"callas-auditor": "auditor",
		"callas-agent": "agent",
	},
	"units_claim": "callas_units",
	"agent_claim": "preferred_username",
	"name_claim": "name",
}}

_of(claims) := {"issuer": "https://login.example.org", "claims": claims, "agents": {"anna": "anna", "anna@nordhang.example": "anna"}}

_with(claims, settings) := answer if {
	answer := signin.principal with input as _of(claims)
		with data.state as company.state
		with data.settings as settings
}

_comes_in(name, role, units, agent) := {
	"allow": true,
	"principal": {"name": name, "role": role, "units": units, "agent": agent},
	"reasons": [],
	"looked_at": "roles",
}

_stays_out(reason) := {"allow": false, "principal": null, "reasons": [reason], "looked_at": "roles"}

test_who_comes_in[tc.note] if {
	some tc in [
		{
			"note": "an administrator",
			"claims": {"sub": "1", "name": "Root", "roles": ["callas-admin"]},
			"want": _comes_in("Root", "admin", [], ""),
		},
		{
			"note": "a supervisor of units, of those that there are",
			"claims": {"sub": "1", "name": "Sue", "roles": ["staff", "callas-supervisor"], "callas_units": ["paris", "london", "leeds"]},
			"want": _comes_in("Sue", "supervisor", ["leeds", "london"], ""),
		},
		{
			"note": "a supervisor of one unit, written as a text",
			"claims": {"sub": "1", "name": "Sue", "roles": "callas-supervisor", "callas_units": "london"},
			"want": _comes_in("Sue", "supervisor", ["london"], ""),
		},
		{
			"note": "a supervisor of no unit that there is sees nothing",
			"claims": {"sub": "1", "name": "Sue", "roles": ["callas-supervisor"], "callas_units": ["paris"]},
			"want": _comes_in("Sue", "supervisor", [], ""),
		},
		{
			"note": "a supervisor without units sees nothing",
			"claims": {"sub": "1", "name": "Sue", "roles": ["callas-supervisor"]},
			"want": _comes_in("Sue", "supervisor", [], ""),
		},
		{
			"note": "units are for supervisors",
			"claims": {"sub": "1", "name": "Aud", "roles": ["callas-auditor"], "callas_units": ["london"]},
			"want": _comes_in("Aud", "auditor", [], ""),
		},
		{
			"note": "an agent by their user name",
			"claims": {"sub": "1", "name": "Anna", "roles": ["callas-agent"], "preferred_username": "anna"},
			"want": _comes_in("Anna", "agent", [], "anna"),
		},
		{
			"note": "a supervisor who answers calls, too",
			"claims": {"sub": "1", "name": "Anna", "roles": ["callas-supervisor"], "callas_units": ["care"], "preferred_username": "anna"},
			"want": _comes_in("Anna", "supervisor", ["care"], "anna"),
		},
		{
			"note": "of several roles the one that may most counts",
			"claims": {"sub": "1", "name": "Root", "roles": ["callas-agent", "callas-auditor", "callas-admin"]},
			"want": _comes_in("Root", "admin", [], ""),
		},
		{
			"note": "roles as the keys of an object",
			"claims": {"sub": "1", "name": "Aud", "roles": {"callas-auditor": {"org": "1"}}},
			"want": _comes_in("Aud", "auditor", [], ""),
		},
		{
			"note": "who has no name is called by what there is",
			"claims": {"sub": "1", "name": "", "email": "aud@example.org", "roles": ["callas-auditor"]},
			"want": _comes_in("aud@example.org", "auditor", [], ""),
		},
		{
			"note": "who is not called anything has no name: the host refuses that",
			"claims": {"name": 7, "roles": ["callas-auditor"]},
			"want": _comes_in("", "auditor", [], ""),
		},
		{
			"note": "not without a role",
			"claims": {"sub": "1", "name": "Zoe"},
			"want": _stays_out("no_role"),
		},
		{
			"note": "not with a role of elsewhere",
			"claims": {"sub": "1", "name": "Zoe", "roles": ["admin", "Callas-Admin", 7, null, ["callas-admin"]]},
			"want": _stays_out("no_role"),
		},
		{
			"note": "not with a role in another claim",
			"claims": {"sub": "1", "name": "Zoe", "groups": ["callas-admin"]},
			"want": _stays_out("no_role"),
		},
		{
			"note": "not as an agent whom nobody knows",
			"claims": {"sub": "1", "name": "Zoe", "roles": ["callas-agent"], "preferred_username": "zoe"},
			"want": _stays_out("no_agent"),
		},
		{
			"note": "not as an agent by another claim",
			"claims": {"sub": "1", "name": "Zoe", "roles": ["callas-agent"], "email": "anna@nordhang.example", "email_verified": true},
			"want": _stays_out("no_agent"),
		},
	]

	_with(tc.claims, _settings) == tc.want
}

test_where_roles_are[tc.note] if {
	some tc in [
		{
			"note": "below a path",
			"claim": "realm_access.roles",
			"claims": {"realm_access": {"roles": ["callas-admin"]}},
			"looked_at": "realm_access.roles",
		},
		{
			"note": "below a path that is written out",
			"claim": ["resource_access", "my.client", "roles"],
			"claims": {"resource_access": {"my.client": {"roles": ["callas-admin"]}}},
			"looked_at": "resource_access > my.client > roles",
		},
		{
			"note": "in a claim with dots in its name",
			"claim": "https://example.org/roles",
			"claims": {"https://example.org/roles": ["callas-admin"]},
			"looked_at": "https://example.org/roles",
		},
	]

	settings := json.patch(_settings, [{"op": "replace", "path": "sign_in/role_claim", "value": tc.claim}])
	_with(object.union({"sub": "1"}, tc.claims), settings) == {
		"allow": true,
		"principal": {"name": "1", "role": "admin", "units": [], "agent": ""},
		"reasons": [],
		"looked_at": tc.looked_at,
	}
}

test_an_address_names_an_agent_only_where_it_is_verified[verified] if {
	some verified, want in {"true": _comes_in("Anna", "agent", [], "anna"), "false": _stays_out("no_agent"), "null": _stays_out("no_agent")}
	settings := json.patch(_settings, [{"op": "replace", "path": "sign_in/agent_claim", "value": "email"}])
	claims := {"name": "Anna", "roles": ["callas-agent"], "email": "anna@nordhang.example", "email_verified": json.unmarshal(verified)}
	_with(claims, settings) == want
}

test_without_settings_nobody_comes_in if {
	got := _with({"sub": "1", "roles": ["callas-admin"]}, {})
	got == {"allow": false, "principal": null, "reasons": ["no_role"], "looked_at": null}
}

test_empty_input_lets_nobody_in if {
	got := signin.principal with input as {} with data.settings as _settings
	got == _stays_out("no_role")
}

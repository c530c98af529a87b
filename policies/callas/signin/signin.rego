# METADATA
# title: Who may sign in, as what
# description: |
#   What a person may do here, from what an OpenID Connect provider says of them. Which
#   claim holds roles, which of their values is which role here, and which claims hold a
#   supervisor's units and an agent's name is data.settings.sign_in. Nobody comes in
#   without a role.
#
#   Input: {"issuer": URL, "claims": as in the ID token, "agents": {text: id}}: the agents
#   that texts among the claims name by id or alias, looked up by the host.
#   State: data.state.units.
# schemas:
#   - input: schema.signin
#   - data.state: schema.state
#   - data.settings: schema.settings
package callas.signin

# METADATA
# description: |
#   {"allow": bool, "principal": {"name", "role", "units", "agent"} or null, "reasons":
#   [codes, sorted], "looked_at": the claim that holds roles, or null}. Always defined.
# entrypoint: true
principal := {
	"allow": count(reasons) == 0,
	"principal": _principal,
	"reasons": [reason | some reason in reasons],
	"looked_at": _looked_at,
}

# METADATA
# description: None of the person's roles there is one here.
# custom:
#   gate: no_role
reasons contains "no_role" if not _role

# METADATA
# description: An agent signs in to their own menu, so it has to be known whose that is.
# custom:
#   gate: no_agent
reasons contains "no_agent" if {
	_role == "agent"
	not _agent
}

default _principal := null

_principal := {"name": _name, "role": _role, "units": _units, "agent": _own} if count(reasons) == 0

# Of several roles, the one that may most: a sign-in has one.
_role := [role | some role in ["admin", "supervisor", "auditor", "agent"]; role in _held][0]

_held contains data.settings.sign_in.roles[value] if some value in _words(_claim(data.settings.sign_in.role_claim))

# Units that there are: a supervisor of none sees nothing.
default _units := []

_units := [unit | some unit in _words(_claim(data.settings.sign_in.units_claim)); data.state.units[unit]] if {
	_role == "supervisor"
}

# Also of supervisors and administrators who answer calls themselves.
default _own := ""

_own := _agent

_agent := input.agents[_agent_named]

_agent_named := _claim(data.settings.sign_in.agent_claim) if data.settings.sign_in.agent_claim != "email"

# People can write any address into an account where nobody verifies it.
_agent_named := input.claims.email if {
	data.settings.sign_in.agent_claim == "email"
	input.claims.email_verified == true
}

# What a person is called in pages and in the audit trail.
default _name := ""

_name := [text |
	some name in [data.settings.sign_in.name_claim, "name", "preferred_username", "email", "sub"]
	text := _claim(name)
	is_string(text)
	text != ""
][0]

default _looked_at := null

_looked_at := _spelt(data.settings.sign_in.role_claim)

_spelt(where) := where if is_string(where)

_spelt(where) := concat(" > ", where) if is_array(where)

# A claim by its name, also one with dots in it ("https://example.org/roles"); else by the
# path that its name spells ("realm_access.roles"), or the one that is written out
# (["resource_access", "callas", "roles"]).
_claim(where) := input.claims[where]

_claim(where) := object.get(input.claims, split(where, "."), null) if {
	is_string(where)
	not _present(where)
}

_claim(where) := object.get(input.claims, where, null) if is_array(where)

_present(where) if where in object.keys(input.claims)

# A claim's texts: one, a list, or the keys of an object, as some providers write roles.
_words(claim) := {claim} if is_string(claim)

_words(claim) := {word | some word in claim; is_string(word)} if is_array(claim)

_words(claim) := {word | some word, _ in claim} if is_object(claim)

# METADATA
# title: Gates
# description: |
#   What stands between an agent and a service. Resolver and menu share these gates, so
#   that what the menu offers is what the next call gets. A gate is named as its reason.
#
#   Input: {"agent": id}. State: data.state.agents, sessions, profiles, services, units,
#   each read by key and never as a table. Gates of an installation: callas.own.
# schemas:
#   - input: schema.who
#   - data.state: schema.state
#   - data.settings: schema.settings
package callas.gates

# METADATA
# description: |
#   The agent may call as the service at all: every gate on agent and service is open. It
#   is asked first, since mostly they are; where it fails the reasons are asked for.
offered(id) if {
	caller := agent
	caller.enabled == true
	service := data.state.services[id]
	service.call_as_enabled == true
	_reaches(service.unit, caller.unit)
	duty := session.profile
	id in caller.responsible[duty]
	duty in caller.profiles
	row := data.state.profiles[duty]
	not row.off_duty
	id in row.services
	not data.callas.own.service[id]
}

# METADATA
# description: The agent who calls; undefined when there is none of that id.
agent := data.state.agents[input.agent]

# METADATA
# description: The agent's live state; undefined before the first log-in.
session := data.state.sessions[input.agent]

# METADATA
# description: |
#   The active duty profile. Undefined off duty: none is active, it is an off-duty one, or
#   it is no longer among the agent's.
profile := row if {
	session.profile in agent.profiles
	row := data.state.profiles[session.profile]
	not row.off_duty
}

# METADATA
# description: A direction covers targets of a class. Nothing covers unknown ones.
covers("external", "pstn")

covers("external", "federated") if data.settings.external_includes_federated == true

covers("internal", "internal")

covers("all", class) if class in {"pstn", "federated", "internal"}

# A service always reaches its own unit. With reach "subtree" (an installation's setting)
# it reaches the units below too; siblings and parents never.
_reaches(above, unit) if above == unit

_reaches(above, unit) if {
	data.settings.reach == "subtree"
	above in data.state.units[unit].path
}

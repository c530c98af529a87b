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
#   is asked first, since mostly they are; where it fails the reasons are asked for. Of the
#   agent it reads field by field: agents in whom these are equal are judged once.
offered(id) if {
	data.state.agents[input.agent].enabled == true
	service := data.state.services[id]
	service.call_as_enabled == true
	profile := duty
	id in data.state.profiles[profile].services
	id in data.state.agents[input.agent].responsible[profile]
	reaches(service.unit, data.state.agents[input.agent].unit)
	not data.callas.own.service[id]
}

# METADATA
# description: |
#   The id of the active duty profile. Undefined off duty: none is active, it is an
#   off-duty one, or it is no longer among the agent's.
duty := id if {
	id := data.state.sessions[input.agent].profile
	profile := data.state.profiles[id]
	not profile.off_duty == true
	id in data.state.agents[input.agent].profiles
}

# METADATA
# description: The agent who calls, as a whole; undefined when there is none of that id.
agent := data.state.agents[input.agent]

# METADATA
# description: The agent's live state, as a whole; undefined before the first log-in.
session := data.state.sessions[input.agent]

# METADATA
# description: A direction covers targets of a class. Nothing covers unknown ones.
covers("external", "pstn")

covers("external", "federated") if data.settings.external_includes_federated == true

covers("internal", "internal")

covers("all", class) if class in {"pstn", "federated", "internal"}

# METADATA
# description: |
#   A service of one unit reaches an agent of another. It always reaches its own. With reach
#   "subtree" (an installation's setting) it reaches the units below too; siblings and
#   parents never.
reaches(unit, unit)

reaches(above, unit) if {
	data.settings.reach == "subtree"
	above in data.state.units[unit].path
}

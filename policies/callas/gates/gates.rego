# METADATA
# title: Gates
# description: |
#   What stands between an agent and a service. Resolver and menu share these gates, so
#   that what the menu offers is what the next call gets. A gate is named as its reason.
#
#   Input: {"agent": id}. State: data.state.agents, sessions, profiles, services, units,
#   each read by key and never as a table.
#
#   An installation adds a gate in a file of its own, in this package, and the menu keeps
#   to it too:
#
#       service_reasons[id] contains "closed" if data.settings.closed[id]
# schemas:
#   - input: schema.who
#   - data.state: schema.state
#   - data.settings: schema.settings
package callas.gates

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
# description: Every gate, in the order people read them.
order := [
	"emergency",
	"unknown_agent",
	"agent_disabled",
	"none_selected",
	"unknown_service",
	"service_disabled",
	"other_unit",
	"direction",
	"off_duty",
	"profile_without_service",
	"not_responsible",
	"modality",
	"no_number",
	"stale",
]

# METADATA
# description: Reasons as a list in reading order, an installation's own gates last.
ordered(set()) := []

ordered(reasons) := array.concat(
	[reason | some reason in order; reason in reasons],
	[reason | some reason in reasons; not reason in order],
) if {
	count(reasons) > 0
}

# METADATA
# description: The agent's direction covers targets of a class. Nothing covers unknown ones.
covers("pstn") if agent.direction in {"external", "all"}

covers("internal") if agent.direction in {"internal", "all"}

covers("federated") if agent.direction == "all"

covers("federated") if {
	agent.direction == "external"
	data.settings.external_includes_federated == true
}

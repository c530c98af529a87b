package callas.gates

# METADATA
# description: What keeps the agent from calling as any service. Judged of known agents.
# custom:
#   gate: agent_disabled
agent_reasons contains "agent_disabled" if not agent.enabled == true

# METADATA
# description: No duty profile is active, so the agent answers for nothing.
# custom:
#   gate: off_duty
agent_reasons contains "off_duty" if not profile

# METADATA
# title: What the record hides
# description: |
#   How the record of decisions writes whom a call was for: "mask" (calling code and two
#   digits), "clear", "pseudonym" (a keyed hash) or "drop". It cannot change a decision, and
#   an emergency number is always clear. As shipped it is what record.callee is set to; an
#   installation that hides more of some calls says so here:
#
#       callee := "drop" if data.state.agents[input.agent].unit == "works-council"
#
#       else := input.setting
#
#   Input: as callas.resolve, and beside it the answer, "as", "service" (null as the agent)
#   and "reasons", and "setting": what record.callee is.
#   State: as callas.resolve.
# schemas:
#   - input: schema.mask
#   - data.state: schema.state
#   - data.settings: schema.settings
package callas.mask

# METADATA
# description: '"mask", "clear", "pseudonym" or "drop". Anything else, and nothing, is "drop".'
# entrypoint: true
callee := input.setting

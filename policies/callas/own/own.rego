# METADATA
# title: An installation's own gates
# description: |
#   Empty as shipped. An installation closes more gates here, in files of its own, sets
#   them in data.settings.own and names their reasons in data.reasons:
#
#       package callas.own
#
#       service[id] contains "closed" if some id in data.settings.own.closed_services
#
#       call contains "after_hours" if input.time.minute >= 18 * 60
#
#   "service" shapes the menu too, where input holds nothing but the agent; "call" is
#   judged of calls only. Both can only turn a call to the agent's own identity.
#
#   Input and state: as callas.resolve.
# schemas:
#   - input: schema.call
#   - data.state: schema.state
#   - data.settings: schema.settings
package callas.own

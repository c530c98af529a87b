package callas.gates

# METADATA
# description: |
#   The number a service presents to a target of a class and a country ("": it has none):
#   one meant for that country, then the default, then any other. A number is usable when
#   its right of use is verified and, for a target on the telephone network, when it may be
#   shown in the target's country. When none is usable it is "" off the telephone network,
#   which can do without, and undefined on it.
number(id, class, country) := min(ranked)[3] if {
	ranked := {[listed == false, object.get(number, "default", false) == false, i, number.e164] |
		some i, number in data.state.services[id].numbers
		number.right_of_use.status == "verified"
		listed := country in number.countries
		true in [listed, number.countries in [null, []], class != "pstn"]
	}
} else := "" if {
	class != "pstn"
}

package callas.gates

# METADATA
# description: |
#   The number a service presents to a target {"class", "country"?}: one meant for the
#   target's country, then the default, then any other. A number is usable when its right
#   of use is verified and, for a target on the telephone network, when it may be shown in
#   the target's country. When none is usable it is "" off the telephone network, which
#   can do without, and undefined on it.
number(id, target) := _best(usable, object.get(target, "country", "")) if {
	usable := [number |
		some number in data.state.services[id].numbers
		number.right_of_use.status == "verified"
		_shown(number, target)
	]
} else := "" if {
	target.class != "pstn"
}

_shown(number, _) if number.countries in [null, []]

_shown(_, target) if target.class != "pstn"

_shown(number, target) if target.country in number.countries

_best(usable, country) := usable[0].e164 if {
	count(usable) == 1
} else := min(ranked)[2] if {
	ranked := {[_rank(number, country), i, number.e164] | some i, number in usable}
}

_rank(number, country) := 0 if {
	country in number.countries
	number["default"] == true
} else := 1 if {
	country in number.countries
} else := 2 if {
	number["default"] == true
} else := 3

package callas.gates

# METADATA
# description: |
#   The number a service presents to a target {"class", "country"?}: one meant for the
#   target's country, then the default, then any other. A number is usable when its right
#   of use is verified and, for a target on the telephone network, when it may be shown in
#   the target's country. Undefined when none is.
number(id, target) := min(usable)[2] if {
	usable := {[_rank(number, target), i, number.e164] |
		some i, number in data.state.services[id].numbers
		number.right_of_use.status == "verified"
		_shown(number, target)
	}
}

_shown(_, target) if target.class != "pstn"

_shown(number, target) if {
	target.class == "pstn"
	not number.countries[0]
}

_shown(number, target) if {
	target.class == "pstn"
	target.country in number.countries
}

_rank(number, target) := 0 if {
	target.country in number.countries
	number["default"] == true
} else := 1 if {
	target.country in number.countries
} else := 2 if {
	number["default"] == true
} else := 3

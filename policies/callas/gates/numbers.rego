package callas.gates

# METADATA
# description: |
#   The number a service presents to a target of a class and a country ("": it has none):
#   one meant for that country, then the default, then any other. A number is usable when
#   its right of use is verified and, for a target on the telephone network, when it may be
#   shown in the target's country. When none is usable it is "" off the telephone network,
#   which can do without, and undefined on it.
number(service, class, country) := _best(usable, country) if {
	usable := [number |
		some number in service.numbers
		number.right_of_use.status == "verified"
		_shown(number.countries, class, country)
	]
	usable != []
} else := "" if {
	class != "pstn"
}

_shown(countries, "pstn", country) if country in countries

_shown(null, "pstn", _)

_shown([], "pstn", _)

_shown(_, class, _) if class != "pstn"

_best(usable, country) := usable[0].e164 if {
	count(usable) == 1
} else := min(ranked)[3] if {
	ranked := {[listed == false, object.get(number, "default", false) == false, i, number.e164] |
		some i, number in usable
		listed := country in number.countries
	}
}

package callas.resolve_test

import data.callas.company
import data.callas.resolve

# What the callee sees of help: the identity, compared whole.
test_service_identity[tc.note] if {
	some tc in [
		{
			"note": "name and number; the asserted number is the presented one",
			"facts": [],
			"want": {},
		},
		{
			"note": "the display name instead of the name, and the URI",
			"facts": [
				company.set("services/help/display_name", "Nordhang Help"),
				company.set("services/help/uri", "sip:help@nordhang.example"),
			],
			"want": {"name": "Nordhang Help", "uri": "sip:help@nordhang.example"},
		},
		{
			"note": "the service's own asserted number before its units'",
			"facts": [
				company.set("services/help/asserted", "+442079460190"),
				company.set("units/london/asserted", "+442079460191"),
			],
			"want": {"asserted": "+442079460190"},
		},
		{
			"note": "the asserted number of the nearest unit that has one",
			"facts": [
				company.set("services/help/asserted", ""),
				company.set("units/london/asserted", "+442079460191"),
				company.set("units/nordhang/asserted", "+442079460192"),
			],
			"want": {"asserted": "+442079460191"},
		},
		{
			"note": "the asserted number of the topmost unit",
			"facts": [company.set("units/nordhang/asserted", "+442079460192")],
			"want": {"asserted": "+442079460192"},
		},
		{
			"note": "never that of the agent's unit, which lies below",
			"facts": [company.set("units/care/asserted", "+442079460193")],
			"want": {},
		},
	]

	got := resolve.decision with input as company.call("anna", company.phone)
		with data.state as company.after(tc.facts)
	got == object.union(company.as_help, {"identity": tc.want})
}

test_agent_without_number_or_uri_shows_a_name if {
	got := resolve.decision with input as company.call("anna", company.customer)
		with data.state as company.after([company.gone("agents/anna/number"), company.gone("agents/anna/uri")])
	got == {
		"as": "agent",
		"service": null,
		"identity": {"name": "Anna Meier", "number": "", "uri": "", "asserted": ""},
		"reasons": ["direction"],
	}
}

package callas.gates_test

import data.callas.company
import data.callas.gates

test_covers[tc.note] if {
	some tc in [
		{"note": "none covers nothing", "direction": "none", "want": set()},
		{"note": "internal covers colleagues", "direction": "internal", "want": {"internal"}},
		{"note": "external covers telephones", "direction": "external", "want": {"pstn"}},
		{"note": "all covers everything with a class", "direction": "all", "want": {"pstn", "federated", "internal"}},
		{"note": "a direction nobody knows covers nothing", "direction": "sideways", "want": set()},
		{
			"note": "external covers SIP accounts where the installation says so",
			"direction": "external",
			"federated": true,
			"want": {"pstn", "federated"},
		},
	]

	got := {class |
		some class in ["emergency", "pstn", "internal", "federated", "unknown", ""]
		gates.covers(tc.direction, class) with data.settings.external_includes_federated as object.get(tc, "federated", false)
	}
	got == tc.want
}

# The reaches with which a service of one unit reaches an agent of another.
test_reach[tc.note] if {
	some tc in [
		{"note": "its own unit", "service": "london", "agent": "london", "want": {"subtree", "unit"}},
		{"note": "a unit below", "service": "london", "agent": "care", "want": {"subtree"}},
		{"note": "a unit far below", "service": "nordhang", "agent": "care", "want": {"subtree"}},
		{"note": "a sibling never", "service": "leeds", "agent": "london", "want": set()},
		{"note": "a parent never", "service": "care", "agent": "london", "want": set()},
	]

	facts := company.after([
		company.set("services/help/unit", tc.service),
		company.set("agents/anna/unit", tc.agent),
	])
	got := {reach |
		some reach in ["subtree", "unit"]
		closed := {gate |
			some gate in gates.closed("help") with input as {"agent": "anna"}
				with data.state as facts
				with data.settings.reach as reach
		}
		not "other_unit" in closed
	}
	got == tc.want
}

# The number that help presents, of the numbers given as [e164, countries, default, status].
test_number[tc.note] if {
	some tc in [
		{"note": "the only one", "numbers": [["+1", [], false, "verified"]], "target": company.phone, "want": "+1"},
		{
			"note": "the one for the target's country before the default",
			"numbers": [["+1", [], true, "verified"], ["+2", ["CH", "AT"], false, "verified"]],
			"target": company.phone,
			"want": "+2",
		},
		{
			"note": "of two for the country the default",
			"numbers": [["+1", ["CH"], false, "verified"], ["+2", ["CH"], true, "verified"]],
			"target": company.phone,
			"want": "+2",
		},
		{
			"note": "the default before the first",
			"numbers": [["+1", [], false, "verified"], ["+2", [], true, "verified"]],
			"target": company.phone,
			"want": "+2",
		},
		{
			"note": "the first where nothing tells them apart",
			"numbers": [["+9", [], false, "verified"], ["+1", [], false, "verified"]],
			"target": company.phone,
			"want": "+9",
		},
		{
			"note": "never one for other countries",
			"numbers": [["+1", ["GB"], true, "verified"], ["+2", [], false, "verified"]],
			"target": company.phone,
			"want": "+2",
		},
		{
			"note": "never one whose right is pending",
			"numbers": [["+1", ["CH"], true, "pending"], ["+2", [], false, "verified"]],
			"target": company.phone,
			"want": "+2",
		},
		{
			"note": "no target country: only numbers for all countries",
			"numbers": [["+1", ["CH"], true, "verified"], ["+2", null, false, "verified"]],
			"target": {"class": "pstn", "number": "+800"},
			"want": "+2",
		},
		{
			"note": "off the telephone network a country does not matter",
			"numbers": [["+1", ["GB"], true, "verified"], ["+2", [], false, "verified"]],
			"target": company.colleague,
			"want": "+1",
		},
		{
			"note": "off the telephone network none is needed",
			"numbers": [["+1", [], true, "revoked"]],
			"target": company.customer,
			"want": "",
		},
		{
			"note": "on the telephone network one is",
			"numbers": [["+1", [], true, "revoked"]],
			"target": company.phone,
			"want": null,
		},
	]

	facts := company.after([company.set("services/help/numbers", [
	{"e164": e164, "countries": countries, "default": default_, "right_of_use": {"status": status}} |
		some [e164, countries, default_, status] in tc.numbers
	])])
	got := [number | number := gates.number(facts.services.help, tc.target.class, object.get(tc.target, "country", ""))]
	got == [number | number := tc.want; number != null]
}

test_ordered_puts_shipped_gates_in_reading_order_and_others_last if {
	gates.ordered({"stale", "after_hours", "direction", "closed"}) == ["direction", "stale", "after_hours", "closed"]
	gates.ordered(set()) == []
}

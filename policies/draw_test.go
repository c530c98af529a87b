package policies_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// drawFacts draws the settings of one agent in a small company: as often as not
// a row is as a host writes an empty one (null, absent).
func drawFacts(t *rapid.T) map[string]any {
	ids := []string{"s1", "s2", "s3"}
	services := map[string]any{}
	for _, id := range ids {
		services[id] = map[string]any{
			"id": id, "name": "Service " + id, "display_name": "", "unit": drawUnit(t, id+" unit", "mid"),
			"call_as_enabled": likely(t, id+" on"), "numbers": drawNumbers(t, id),
		}
	}
	profiles := map[string]any{}
	responsible := map[string]any{}
	for _, id := range []string{"p1", "p2"} {
		profile := map[string]any{"id": id, "name": id, "services": drawSome(t, id+" services", ids...)}
		if !likely(t, id+" on duty") {
			profile["off_duty"] = true
		}
		profiles[id] = profile
		responsible[id] = drawSome(t, id+" responsible", ids...)
	}
	agent := map[string]any{
		"id": "anna", "name": "Anna", "unit": drawUnit(t, "unit", "low"), "enabled": likely(t, "enabled"),
		"direction":   rapid.SampledFrom([]string{"all", "all", "external", "external", "internal", "none"}).Draw(t, "direction"),
		"profiles":    drawSome(t, "profiles", "p1", "p2"),
		"responsible": any(responsible),
	}
	if !likely(t, "any responsibility") {
		agent["responsible"] = nil
	}
	sessions := map[string]any{}
	if likely(t, "logged in") {
		session := map[string]any{"agent": "anna"}
		if likely(t, "a profile is active") {
			session["profile"] = rapid.SampledFrom([]string{"p1", "p2"}).Draw(t, "active profile")
		}
		sessions["anna"] = session
	}
	return map[string]any{
		"units": map[string]any{
			"top":  map[string]any{"id": "top", "path": []any{"top"}},
			"mid":  map[string]any{"id": "mid", "path": []any{"mid", "top"}},
			"low":  map[string]any{"id": "low", "path": []any{"low", "mid", "top"}},
			"side": map[string]any{"id": "side", "path": []any{"side", "top"}},
		},
		"services": services,
		"profiles": profiles,
		"agents":   map[string]any{"anna": agent},
		"sessions": sessions,
	}
}

func drawNumbers(t *rapid.T, id string) any {
	if !likely(t, id+" numbers") {
		return nil
	}
	numbers := []any{}
	for i := range 3 - rapid.IntRange(0, 3).Draw(t, id+" fewer") {
		label := fmt.Sprintf("%s number %d ", id, i)
		number := map[string]any{
			"e164":         fmt.Sprintf("+4420794601%02d", i),
			"countries":    rapid.SampledFrom([]any{[]any{}, nil, []any{"CH"}, []any{"GB", "CH"}, []any{"GB"}}).Draw(t, label+"countries"),
			"right_of_use": map[string]any{"status": rapid.SampledFrom([]string{"verified", "verified", "pending", "expired"}).Draw(t, label+"right")},
		}
		if rapid.Bool().Draw(t, label+"default") {
			number["default"] = true
		}
		numbers = append(numbers, number)
	}
	return numbers
}

// drawTarget prefers a class that the direction covers.
func drawTarget(t *rapid.T, facts, settings map[string]any) map[string]any {
	var open []string
	for _, class := range []string{"pstn", "internal", "federated"} {
		if covered(facts, settings, map[string]any{"class": class}) {
			open = append(open, class)
		}
	}
	class := rapid.SampledFrom([]string{"pstn", "internal", "federated", "unknown"}).Draw(t, "class")
	if len(open) > 0 && likely(t, "covered") {
		class = rapid.SampledFrom(open).Draw(t, "covered class")
	}
	target := map[string]any{"class": class}
	if class == "pstn" {
		target["country"] = "CH"
	}
	return target
}

// covered says in Go what a direction covers.
func covered(facts, settings, target map[string]any) bool {
	direction := facts["agents"].(map[string]any)["anna"].(map[string]any)["direction"]
	classes := map[any][]string{"internal": {"internal"}, "external": {"pstn"}, "all": {"pstn", "internal", "federated"}}[direction]
	if direction == "external" && settings["external_includes_federated"] == true {
		classes = append(classes, "federated")
	}
	return slices.Contains(classes, target["class"].(string))
}

// usable says in Go whether a service has a number that may be shown in CH.
func usable(facts map[string]any, id string) bool {
	service, ok := facts["services"].(map[string]any)[id].(map[string]any)
	if !ok {
		return false
	}
	numbers, _ := service["numbers"].([]any)
	return slices.ContainsFunc(numbers, func(n any) bool {
		number := n.(map[string]any)
		countries, _ := number["countries"].([]any)
		verified := number["right_of_use"].(map[string]any)["status"] == "verified"
		return verified && (len(countries) == 0 || slices.Contains(countries, any("CH")))
	})
}

// pick selects a service in the agent's session; it reports false without one.
func pick(facts map[string]any, service string) bool {
	session, ok := facts["sessions"].(map[string]any)["anna"].(map[string]any)
	if ok {
		session["call_as"] = service
	}
	return ok
}

func drawUnit(t *rapid.T, label, usual string) string {
	if likely(t, label+" is usual") {
		return usual
	}
	return rapid.SampledFrom([]string{"top", "mid", "low", "side"}).Draw(t, label)
}

// drawSome draws all of the ids, some, or nothing.
func drawSome(t *rapid.T, label string, ids ...string) any {
	some := []any{}
	for _, id := range ids {
		if likely(t, label+" "+id) {
			some = append(some, id)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return some
}

// likely is true seven times in eight, so that whole chains of gates open.
// (Integers would not do: rapid prefers the ends of their range.)
func likely(t *rapid.T, label string) bool {
	draws := rapid.SliceOfN(rapid.Bool(), 3, 3).Draw(t, label)
	return slices.Contains(draws, false)
}

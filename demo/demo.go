// Package demo holds the demo company as rows: Nordhang, British, with numbers
// that Ofcom reserves for drama. It is what callas demo starts with and what the
// documentation's examples talk about.
//
// It knows nothing of a store, and must never be reachable from callas serve.
package demo

import (
	"slices"
	"time"

	"callas"
	"callas/dialplan"
)

// Agents is how many agents the company has, the five of the story included.
const Agents = 1000

// Rows returns the whole company so that what a row refers to comes before it.
// The sessions began at since.
func Rows(since time.Time) []callas.Row {
	crowd := crowd(Agents - len(cast()))
	return slices.Concat(units(), services(), profiles(), cast(), crowd, sessions(since), atWork(crowd, since))
}

// Story returns the company without its crowd: the five of whom the documentation tells.
func Story(since time.Time) []callas.Row {
	return slices.Concat(units(), services(), profiles(), cast(), sessions(since))
}

// DialPlan is how the company dials: a British site with extensions 2000 to 2999,
// and 9 for an outside line.
func DialPlan() dialplan.Config {
	return dialplan.Config{
		HomeCountry:      "GB",
		OutsidePrefixes:  []string{"9"},
		InternalDomains:  []string{Domain},
		InternalPatterns: []string{"2XXX"},
	}
}

// Domain is the company's own SIP domain.
const Domain = "nordhang.example"

func units() []callas.Row {
	return []callas.Row{
		&callas.Unit{ID: "nordhang", Name: "Nordhang"},
		&callas.Unit{ID: "london", Name: "London", Parent: "nordhang"},
		&callas.Unit{ID: "care", Name: "Customer Care", Parent: "london"},
		&callas.Unit{ID: "leeds", Name: "Leeds", Parent: "nordhang"},
	}
}

func services() []callas.Row {
	service := func(id, name, number, unit string, on bool) callas.Row {
		return &callas.Service{
			ID: id, Name: name, DisplayName: name, Unit: unit, CallAsEnabled: on, URI: "sip:" + id + "@" + Domain,
			Numbers: []callas.Number{{
				E164: number, Countries: []string{}, Default: true,
				RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Evidence: "reserved for drama by Ofcom"},
			}},
		}
	}
	return []callas.Row{
		service("help", "Help Call Center", "+442079460100", "london", true),
		service("claims", "Claims", "+442079460101", "london", true),
		service("renewals", "Renewals", "+442079460102", "london", true),
		service("itdesk", "IT Desk", "+442079460103", "leeds", true),
		service("premium", "Premium Line", "+442079460104", "london", false),
	}
}

func profiles() []callas.Row {
	return []callas.Row{
		&callas.Profile{ID: "day", Name: "Day", Services: []string{"help", "claims", "premium"}},
		&callas.Profile{ID: "campaign", Name: "Campaign", Services: []string{"renewals"}},
		&callas.Profile{ID: "off", Name: "Off Duty", OffDuty: true, Services: []string{}},
	}
}

// sessions are seeded as they stand: clara and emil may not call as help, so
// theirs are withdrawn selections.
func sessions(since time.Time) []callas.Row {
	var rows []callas.Row
	for _, id := range []string{"anna", "ben", "clara", "emil"} {
		rows = append(rows, &callas.Session{Agent: id, Profile: "day", CallAs: "help", Since: since})
	}
	return rows
}

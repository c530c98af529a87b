// Package company draws a large made-up company, the same one every time, and
// the calls its people make. It knows the words of callas and nothing else.
//
// Numbers are from the ranges that Ofcom and the Bundesnetzagentur keep for drama.
package company

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"callas"
)

// The size of the parts: 25 agents a team, 20 teams a site, 20 sites a region.
const (
	team   = 25
	site   = 20 * team
	region = 20 * site
)

// Region and Site are how many agents are below a full unit of theirs. A region is what
// a bulk edit may hold.
const (
	Region = region
	Site   = site
)

// Campaign is a profile that every region offers and no agent has yet.
const Campaign = "winter"

// A Company has Agents agents, from 500 up to a million.
type Company struct {
	Agents int
}

// Rows are the company's settings, what a row refers to before it, sessions last.
func (c Company) Rows() iter.Seq[callas.Row] {
	return func(yield func(callas.Row) bool) {
		for _, part := range []iter.Seq[callas.Row]{c.units(), c.services(), c.profiles(), c.agents(), c.sessions()} {
			for row := range part {
				if !yield(row) {
					return
				}
			}
		}
	}
}

// Agent is the id of the i-th agent.
func Agent(i int) string { return fmt.Sprintf("a%06d", i) }

// RegionUnit is the id of the i-th region's unit.
func RegionUnit(i int) string { return fmt.Sprintf("r%02d", i) }

// SiteUnit is the id of the i-th site's unit.
func SiteUnit(i int) string    { return fmt.Sprintf("s%03d", i) }
func teamUnit(i int) string    { return fmt.Sprintf("t%04d", i) }
func siteService(i int) string { return fmt.Sprintf("desk%03d", i) }
func helpService(i int) string { return fmt.Sprintf("help%03d", i) }
func saleService(i int) string { return fmt.Sprintf("sales%02d", i) }
func dayProfile(i int) string  { return fmt.Sprintf("day%03d", i) }
func eveProfile(i int) string  { return fmt.Sprintf("eve%03d", i) }

func count(agents, part int) int { return (agents + part - 1) / part }

func (c Company) units() iter.Seq[callas.Row] {
	return func(yield func(callas.Row) bool) {
		if !yield(&callas.Unit{ID: "acme", Name: "Acme"}) {
			return
		}
		for i := range count(c.Agents, region) {
			if !yield(&callas.Unit{ID: RegionUnit(i), Name: fmt.Sprintf("Region %d", i), Parent: "acme"}) {
				return
			}
		}
		for i := range count(c.Agents, site) {
			if !yield(&callas.Unit{ID: SiteUnit(i), Name: fmt.Sprintf("Site %d", i), Parent: RegionUnit(i * site / region)}) {
				return
			}
		}
		for i := range count(c.Agents, team) {
			if !yield(&callas.Unit{ID: teamUnit(i), Name: fmt.Sprintf("Team %d", i), Parent: SiteUnit(i * team / site)}) {
				return
			}
		}
	}
}

// Two services a site and one a region: 410 at 100,000 agents.
func (c Company) services() iter.Seq[callas.Row] {
	return func(yield func(callas.Row) bool) {
		n := 0
		service := func(id, name, unit string) bool {
			row := &callas.Service{
				ID: id, Name: name, DisplayName: name, Unit: unit, CallAsEnabled: n%25 != 24,
				URI: "sip:" + id + "@acme.example",
				Numbers: []callas.Number{
					{E164: fmt.Sprintf("+442079460%03d", n%1000), Countries: []string{}, Default: true, RightOfUse: right()},
				},
			}
			if n%3 == 0 {
				row.Numbers = append(row.Numbers, callas.Number{
					E164: fmt.Sprintf("+493023125%03d", n%1000), Countries: []string{"DE", "AT", "CH"}, RightOfUse: right(),
				})
			}
			n++
			return yield(row)
		}
		for i := range count(c.Agents, site) {
			if !service(siteService(i), fmt.Sprintf("Desk %d", i), SiteUnit(i)) ||
				!service(helpService(i), fmt.Sprintf("Help %d", i), SiteUnit(i)) {
				return
			}
		}
		for i := range count(c.Agents, region) {
			if !service(saleService(i), fmt.Sprintf("Sales %d", i), RegionUnit(i)) {
				return
			}
		}
	}
}

func right() callas.RightOfUse {
	return callas.RightOfUse{Status: callas.RightVerified, Evidence: "contract"}
}

func (c Company) profiles() iter.Seq[callas.Row] {
	return func(yield func(callas.Row) bool) {
		if !yield(&callas.Profile{ID: "off", Name: "Off duty", OffDuty: true, Services: []string{}}) ||
			!yield(&callas.Profile{ID: Campaign, Name: "Winter campaign", Services: []string{saleService(0)}}) {
			return
		}
		for i := range count(c.Agents, site) {
			sale := saleService(i * site / region)
			if !yield(&callas.Profile{ID: dayProfile(i), Name: fmt.Sprintf("Day %d", i), Unit: SiteUnit(i),
				Services: []string{siteService(i), helpService(i), sale}}) ||
				!yield(&callas.Profile{ID: eveProfile(i), Name: fmt.Sprintf("Evening %d", i), Unit: SiteUnit(i),
					Services: []string{helpService(i)}}) {
				return
			}
		}
	}
}

func (c Company) agents() iter.Seq[callas.Row] {
	return func(yield func(callas.Row) bool) {
		dice := rand.New(rand.NewPCG(1, 1))
		for i := range c.Agents {
			s := i / site
			day := []string{siteService(s), helpService(s)}
			if i%3 == 0 {
				day = append(day, saleService(i/region))
			}
			row := &callas.Agent{
				ID: Agent(i), Name: "Agent " + Agent(i), Unit: teamUnit(i / team), Enabled: dice.IntN(100) > 0,
				Aliases: []string{"sip:" + Agent(i) + "@acme.example", fmt.Sprintf("7%06d", i)},
				Number:  "+442079460999", URI: "sip:" + Agent(i) + "@acme.example",
				Direction: direction(dice.IntN(100)),
				Profiles:  []string{dayProfile(s), eveProfile(s), "off"},
				Responsible: map[string][]string{
					dayProfile(s): day,
					eveProfile(s): {helpService(s)},
				},
			}
			if !yield(row) {
				return
			}
		}
	}
}

func direction(percent int) callas.Direction {
	switch {
	case percent < 70:
		return callas.DirectionExternal
	case percent < 92:
		return callas.DirectionAll
	case percent < 96:
		return callas.DirectionInternal
	}
	return callas.DirectionNone
}

// Nine in ten agents are on duty with a service selected.
func (c Company) sessions() iter.Seq[callas.Row] {
	return func(yield func(callas.Row) bool) {
		dice := rand.New(rand.NewPCG(2, 2))
		since := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
		for i := range c.Agents {
			s := i / site
			row := &callas.Session{Agent: Agent(i), Since: since}
			switch percent := dice.IntN(100); {
			case percent < 60:
				row.Profile, row.CallAs = dayProfile(s), helpService(s)
			case percent < 82:
				row.Profile, row.CallAs = dayProfile(s), siteService(s)
			case percent < 90:
				row.Profile, row.CallAs = eveProfile(s), helpService(s)
			case percent < 95:
				row.Profile = dayProfile(s)
			default:
				row.Profile = "off"
			}
			if !yield(row) {
				return
			}
		}
	}
}

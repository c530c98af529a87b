package engine

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// clock is input.time, in the installation's zone: {"weekday": 0 (Sunday) to 6,
// "minute": 0 to 1439 of the day, "date": "2026-11-22", "zone": "Europe/London"}.
// A policy with business hours reads it; none needs a clock of its own.
func clock(now time.Time, zone *time.Location) *ast.Term {
	local := now.In(zone)
	return ast.NewTerm(fields([]field{
		{"weekday", ast.InternedTerm(int(local.Weekday()))},
		{"minute", ast.InternedTerm(local.Hour()*60 + local.Minute())},
		text("date", local.Format(time.DateOnly)),
		text("zone", zone.String())}))
}

package engine

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/decisionlog"
)

// input is a call as a policy reads it: of its parts those that the question can depend
// on, so that what a remembered decision is found by is all that it was made from. The
// agent is named by id where one is found.
func (e *Engine) input(parts part, m *moment, call *callas.Call, agent *callas.Agent) ast.Value {
	var now decisionlog.Time
	if parts&partTime != 0 {
		now = clock(m.now, e.Zone)
	}
	return inputOf(parts, call, agent, e.tooOld(m.age), now)
}

func inputOf(parts part, call *callas.Call, agent *callas.Agent, stale bool, now decisionlog.Time) ast.Value {
	id := call.Agent
	if agent != nil {
		id = agent.ID
	}
	w := writing{fields: make([][2]*ast.Term, 0, 6)}
	if parts&partAgent != 0 {
		w.text("agent", id)
	}
	if parts&partTarget != 0 {
		w.add("target", targetOf(parts, call.Target))
	}
	if parts&partModality != 0 {
		w.one("modality", string(call.Modality))
	}
	if parts&partCallAs != 0 {
		w.some("call_as", call.CallAs)
	}
	if parts&partStale != 0 {
		w.flag("stale", stale)
	}
	if parts&partTime != 0 {
		w.add("time", clockOf(now))
	}
	return w.object()
}

func targetOf(parts part, t callas.Target) *ast.Term {
	w := writing{fields: make([][2]*ast.Term, 0, 4)}
	if parts&partClass != 0 {
		w.one("class", string(t.Class))
	}
	if parts&partNumber != 0 {
		w.some("number", t.Number)
	}
	if parts&partURI != 0 {
		w.some("uri", t.URI)
	}
	if parts&partCountry != 0 {
		w.some("country", t.Country)
	}
	return w.term()
}

// clock is input.time, in the installation's zone. A policy with business hours reads it;
// none needs a clock of its own.
func clock(now time.Time, zone *time.Location) decisionlog.Time {
	local := now.In(zone)
	return decisionlog.Time{Weekday: int(local.Weekday()), Minute: local.Hour()*60 + local.Minute(),
		Date: local.Format(time.DateOnly), Zone: zone.String()}
}

func clockOf(t decisionlog.Time) *ast.Term {
	var w writing
	w.number("weekday", t.Weekday)
	w.number("minute", t.Minute)
	w.text("date", t.Date)
	w.text("zone", t.Zone)
	return w.term()
}

package company_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/tests/bench/company"
)

func TestEveryRowRefersToRowsBeforeIt(t *testing.T) {
	seen := map[callas.Kind]map[string]bool{}
	alias := map[string]bool{}
	know := func(kind callas.Kind, ids ...string) {
		for _, id := range ids {
			require.True(t, id == "" || seen[kind][id], "%s %s comes too late", kind, id)
		}
	}
	for row := range (company.Company{Agents: 1_234}).Rows() {
		require.NoError(t, callas.CheckID(row.Key()))
		switch r := row.(type) {
		case *callas.Unit:
			know(callas.KindUnit, r.Parent)
		case *callas.Service:
			know(callas.KindUnit, r.Unit)
		case *callas.Profile:
			know(callas.KindUnit, r.Unit)
			know(callas.KindService, r.Services...)
		case *callas.Agent:
			know(callas.KindUnit, r.Unit)
			know(callas.KindProfile, r.Profiles...)
			for _, a := range r.Aliases {
				require.False(t, alias[a], "alias %s is taken", a)
				alias[a] = true
			}
			for profile, services := range r.Responsible {
				know(callas.KindProfile, profile)
				know(callas.KindService, services...)
			}
		case *callas.Session:
			know(callas.KindAgent, r.Agent)
			know(callas.KindProfile, r.Profile)
			know(callas.KindService, r.CallAs)
		}
		if seen[row.Kind()] == nil {
			seen[row.Kind()] = map[string]bool{}
		}
		require.False(t, seen[row.Kind()][row.Key()], "%s %s comes twice", row.Kind(), row.Key())
		seen[row.Kind()][row.Key()] = true
	}
	require.Len(t, seen[callas.KindAgent], 1_234)
	require.Len(t, seen[callas.KindSession], 1_234)
}

func TestEachCallIsByAnotherAgent(t *testing.T) {
	c := company.Company{Agents: 500}
	seen := map[string]bool{}
	for call := range c.Calls(500) {
		require.False(t, seen[call.Agent], "%s calls twice", call.Agent)
		seen[call.Agent] = true
	}
}

func TestTheCompanyIsTheSameEveryTime(t *testing.T) {
	c := company.Company{Agents: 600}
	var first, second []company.Call
	for call := range c.Calls(1_000) {
		first = append(first, call)
	}
	for call := range c.Calls(1_000) {
		second = append(second, call)
	}
	require.Equal(t, first, second)
}

func TestADayIsManyCallsOfThoseOnShift(t *testing.T) {
	d := company.Company{Agents: 600}.Day(10_000)
	require.InDelta(t, 10_000, len(d.Order), 10)
	first, calls := d.Calls[d.Order[0]], map[string]int{}
	for _, i := range d.Order {
		calls[d.Calls[i].Agent]++
	}
	require.NotEmpty(t, first.Agent)
	require.Len(t, calls, 600, "everyone calls")
	require.Greater(t, calls[company.Agent(8)], 3*calls[company.Agent(9)], "some call much more")
	require.Equal(t, d, company.Company{Agents: 600}.Day(10_000))
}

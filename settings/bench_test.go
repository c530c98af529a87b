package settings_test

import (
	"context"
	"strconv"
	"testing"

	"callas"
	"callas/settings"
	"callas/source"

	"github.com/stretchr/testify/require"
)

// crowd is n agents in 100 units, with numbers, aliases and responsibilities, on duty.
func crowd(n int) []callas.Row {
	var out []callas.Row
	for i := range 100 {
		out = append(out, unit("unit"+strconv.Itoa(i), "london"))
	}
	for i := range n {
		id := strconv.Itoa(i)
		a := agent("agent"+id, "unit"+strconv.Itoa(i%100), "sip:agent"+id+"@nordhang.example", "7"+id)
		a.Name, a.Number = "Agent Nummer "+id, "+4420794"+strconv.Itoa(60000+i%40000)
		out = append(out, a, session(a.ID, "day", "help"))
	}
	return out
}

// Of 100,000 agents with their sessions: an import's check.
func BenchmarkAdmit100k(b *testing.B) {
	h := newHouse(b)
	batch := puts(crowd(100_000)...)
	numbers := british(b)
	b.ReportAllocs()
	for b.Loop() {
		_, findings := settings.Admit(h.sn(), numbers, nil, batch)
		require.Empty(b, findings)
	}
}

// The whole of an import: of new rows, and of rows that are there already.
func BenchmarkImport100k(b *testing.B) {
	rows := crowd(100_000)
	for _, bc := range []struct {
		note string
		h    *house
	}{{"new", newHouse(b)}, {"unchanged", newHouse(b, rows...)}} {
		batch := puts(rows...)
		b.Run(bc.note, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				im := settings.NewImport(bc.h.sn(), british(b), nil, batch)
				require.Empty(b, im.Findings)
			}
		})
	}
}

// A bulk edit of 10,000 of 100,000 agents, half of it menus, which cost nothing here.
func BenchmarkPlan10k(b *testing.B) {
	h := newHouse(b, crowd(100_000)...)
	req := bulk(b, `{"ids":["agent0"],"set":{"direction":"all","responsible":{"remove":["claims"]}}}`)
	for i := 1; i < settings.MaxBulk; i++ {
		req.IDs = append(req.IDs, "agent"+strconv.Itoa(i))
	}
	p := planner(b)
	p.Menus = blank{}
	b.ReportAllocs()
	for b.Loop() {
		plan, err := p.Plan(context.Background(), h.sn(), req)
		require.NoError(b, err)
		require.Equal(b, settings.MaxBulk, plan.Changed)
	}
}

// A search through 100,000 agents.
func BenchmarkPage100k(b *testing.B) {
	h := newHouse(b, crowd(100_000)...)
	for _, raw := range []string{"", "q=nummer+99", "unit=unit7", "responsible=help&direction=none", "on_duty=day"} {
		q := query(b, callas.KindAgent, raw)
		b.Run(raw, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := q.Page(context.Background(), h.sn(), blank{})
				require.NoError(b, err)
			}
		})
	}
}

// A service that 100,000 agents answer for and have selected goes.
func BenchmarkDeleteService100k(b *testing.B) {
	h := newHouse(b, crowd(100_000)...)
	numbers := british(b)
	b.ReportAllocs()
	for b.Loop() {
		full, findings := settings.Admit(h.sn(), numbers, nil, []source.Write{del(callas.KindService, "help")})
		require.Empty(b, findings)
		require.Greater(b, len(full), 200_000)
	}
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(`{"id":"anna","name":"Anna Meier","unit":"care","enabled":true,"aliases":["sip:anna@nordhang.example","2001"],` +
		`"direction":"external","profiles":["day","off"],"responsible":{"day":["help","claims"]}}`)
	b.ReportAllocs()
	for b.Loop() {
		_, problems := settings.Decode(callas.KindAgent, body)
		require.Empty(b, problems)
	}
}

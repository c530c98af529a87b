package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas"
)

// crowd makes agents beside the demo company's thousand, of whom a third is on duty and
// every ninth is calling as Help Call Center.
func crowd(n int) []callas.Row {
	rows := make([]callas.Row, 0, n+n/3)
	for i := range n {
		id := fmt.Sprintf("zz%05d", i)
		rows = append(rows, &callas.Agent{ID: id, Name: fmt.Sprintf("Crowd Number %d", i), Unit: []string{"care", "london", "leeds"}[i%3], Enabled: true,
			Direction: callas.Directions[i%4], Profiles: []string{"campaign", "day", "off"}, Aliases: []string{},
			Responsible: map[string][]string{"day": {"claims", "help"}, "campaign": {"renewals"}}})
		if i%3 == 0 {
			s := &callas.Session{Agent: id, Profile: "day", Since: time.Now().Add(-time.Hour)}
			if i%9 == 0 {
				s.CallAs = "help"
			}
			rows = append(rows, s)
		}
	}
	return rows
}

// worked is how long processors have worked for this process: what a busy machine adds
// to the time of an answer is not in it.
func worked() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // of oneself it does not fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// What a supervisor waits for, with 10,000 agents.
func BenchmarkTenThousandAgents(b *testing.B) {
	h := newHouse(b, crowd(9000)...)
	v := h.visitor("demo-supervisor")
	at := func(name string, ask func() shown, want string) {
		b.Run(name, func(b *testing.B) {
			before := worked()
			for b.Loop() {
				got := ask()
				require.True(b, strings.Contains(got.body, want), "%d %s", got.status, got.body[:min(300, len(got.body))])
			}
			b.ReportMetric(float64((worked()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
	at("page", func() shown { return v.get("/agents") }, "1–50 of 10’000")
	at("last", func() shown { return v.get("/agents?page=200") }, "9’951–10’000 of 10’000")
	at("search", func() shown { return v.part("/agents?q=number+77") }, "Crowd Number 77")
	at("unit", func() shown { return v.part("/agents?unit=care&direction=external") }, "1–50 of")
	at("may", func() shown { return v.part("/agents?may_call_as=any") }, "1–50 of")
	at("agent", func() shown { return v.part("/agents/anna") }, "Anna Meier")
	at("rows", func() shown { return v.part("/agents/rows?ids=anna,ben,clara,dora,emil") }, "Anna Meier")
	all := url.Values{"all": {"1"}, "query": {""}}
	at("bulk", func() shown { return v.postPart("/bulk", all) }, "Edit 10’000 agents")
	i := 0
	at("plan", func() shown {
		i++ // another one each time
		return v.postPart("/bulk/plan", url.Values{"all": {"1"}, "query": {""}, "direction": {string(callas.Directions[i%4])}})
	}, "will change")
}

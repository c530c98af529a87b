//go:build e2e

// Package streams_test measures a callas to whose pages a thousand agents listen, as a
// whole program: what a stream costs, and how soon they know of a change.
//
//	go test -tags e2e -run - -bench . -benchtime 20x ./tests/streams
package streams_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

const assistants = 1_000 // as many agents as the demo company has

// patience is how long a change may take to reach the last of them.
const patience = time.Minute

// A listener is an Assistant's stream, with no browser about it.
type listener struct {
	conn net.Conn
	told chan time.Time // when an event with the page's new state was read
}

func listen(b *testing.B, office *program.Office, agent string) *listener {
	b.Helper()
	at, err := url.Parse(office.Admin)
	require.NoError(b, err)
	conn, err := net.Dial("tcp", at.Host)
	require.NoError(b, err)
	b.Cleanup(func() { conn.Close() })
	l := &listener{conn, make(chan time.Time, 16)}
	_, err = fmt.Fprintf(conn, "GET /events?topic=me HTTP/1.1\r\nHost: %s\r\nCookie: callas=demo-agent-%s\r\n\r\n", at.Host, agent)
	require.NoError(b, err)
	go func() {
		in := bufio.NewReaderSize(conn, 4<<10)
		for {
			line, err := in.ReadSlice('\n')
			if err != nil && err != bufio.ErrBufferFull {
				close(l.told)
				return
			}
			if string(line) == "event: html\n" {
				l.told <- time.Now()
			}
		}
	}()
	return l
}

// next waits for a listener's next event.
func (l *listener) next(b *testing.B) time.Time {
	b.Helper()
	select {
	case at, ok := <-l.told:
		require.True(b, ok, "a stream has ended")
		return at
	case <-time.After(patience):
		b.Fatal("an Assistant is not told")
		return time.Time{}
	}
}

// BenchmarkAThousandAssistants is what a stream takes of memory, and three changes: one that
// every Assistant shows, the same for those who lose what they have selected by it, and one
// that takes a single agent's right.
func BenchmarkAThousandAssistants(b *testing.B) {
	office := program.Demo(b)
	ids := agents(b, office)
	picked := pick(b, office, ids, 100)
	before := resident(b, office)
	all := map[string]*listener{}
	for _, id := range ids {
		all[id] = listen(b, office, id)
	}
	for _, l := range all {
		l.next(b) // how it is
	}
	idle := resident(b, office)
	turn := func(b *testing.B, on bool) time.Time {
		began := time.Now()
		code, said := office.Patch(b, "services/help", fmt.Sprintf(`{"call_as_enabled":%t}`, on))
		require.Equal(b, 200, code, said)
		return began
	}

	// Every agent's menu names the service, so every Assistant is told.
	b.Run("all", func(b *testing.B) {
		var everyone, losers []time.Duration
		on, cpu := true, worked(b, office)
		for b.Loop() || !on {
			on = !on
			began := turn(b, on)
			for id, l := range all {
				took := l.next(b).Sub(began)
				everyone = append(everyone, took)
				if !on && slices.Contains(picked, id) {
					losers = append(losers, took)
				}
			}
		}
		// What the change costs, whatever else the machine does:
		b.ReportMetric((worked(b, office)-cpu).Seconds()*1e3/float64(len(everyone)/assistants), "cpu-ms/change")
		report(b, "", everyone)
		report(b, "lost-", losers)
		b.ReportMetric(float64(idle-before)/assistants/1e3, "kB/stream")
		b.ReportMetric(float64(resident(b, office)-before)/assistants/1e3, "kB/stream-busy")
	})
	b.Run("one", func(b *testing.B) {
		var lost []time.Duration
		cpu := worked(b, office)
		for i := 0; b.Loop(); i++ {
			agent := picked[i%len(picked)]
			for _, direction := range []string{"none", "external"} {
				began := time.Now()
				code, said := office.Patch(b, "agents/"+agent, fmt.Sprintf(`{"direction":%q}`, direction))
				require.Equal(b, 200, code, said)
				if took := all[agent].next(b).Sub(began); direction == "none" {
					lost = append(lost, took)
				}
			}
		}
		b.ReportMetric((worked(b, office)-cpu).Seconds()*1e3/float64(2*len(lost)), "cpu-ms/change")
		report(b, "lost-", lost)
	})
}

// report tells how long it took most, and nearly all.
func report(b *testing.B, of string, took []time.Duration) {
	slices.Sort(took)
	at := func(part float64) float64 { return took[int(part*float64(len(took)-1))].Seconds() * 1e3 }
	b.ReportMetric(0, "ns/op") // of no use: it is the slowest of each
	b.ReportMetric(at(.5), of+"p50-ms")
	b.ReportMetric(at(.99), of+"p99-ms")
	b.ReportMetric(at(1), of+"max-ms")
}

// pick has n agents select the service who may. A few of the others have it already.
func pick(b *testing.B, office *program.Office, ids []string, n int) (picked []string) {
	b.Helper()
	for _, id := range ids {
		code, said := office.Ask(b, "demo-agent-"+id, "PUT", "/v1/agents/"+id+"/session", `{"profile":"day","call_as":"help"}`)
		if code == 200 {
			picked = append(picked, id)
		} else {
			require.Equal(b, 422, code, said)
		}
		if len(picked) == n {
			return picked
		}
	}
	b.Fatalf("only %d agents may call as help", len(picked))
	return nil
}

// agents are the ids of the company's.
func agents(b *testing.B, office *program.Office) (ids []string) {
	b.Helper()
	cursor := ""
	for len(ids) < assistants {
		code, said := office.Ask(b, "demo-admin", "GET", "/v1/agents?limit=100&cursor="+url.QueryEscape(cursor), "")
		require.Equal(b, 200, code, said)
		var page struct {
			Items []struct{ ID string }
			Next  string
		}
		require.NoError(b, json.Unmarshal([]byte(said), &page))
		require.NotEmpty(b, page.Items)
		for _, a := range page.Items {
			ids = append(ids, a.ID)
		}
		cursor = page.Next
	}
	return ids
}

// resident is how much memory the program has from the system, in bytes.
func resident(b *testing.B, office *program.Office) int {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", office.Pid()))
	require.NoError(b, err)
	m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindStringSubmatch(string(status))
	require.NotNil(b, m, strings.TrimSpace(string(status)))
	kB, err := strconv.Atoi(m[1])
	require.NoError(b, err)
	return kB << 10
}

// worked is how long the program has used a core.
func worked(b *testing.B, office *program.Office) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", office.Pid()))
	require.NoError(b, err)
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, err := strconv.Atoi(fields[11]) // utime, stime: proc(5)
	require.NoError(b, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(b, err)
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100 wherever Go runs on Linux
}

// Package sourcetest proves that a store keeps what source.Store promises. Every
// backend passes it whole; what one backend alone can do is tested beside it.
package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"callas"
	"callas/source"

	"github.com/stretchr/testify/require"
)

// An Opener makes a new empty log for a test and returns what opens it. Opening it
// twice stands for two processes with the same log, opening it again for a restart.
type Opener func(t *testing.T) func() source.Store

// Run runs the suite.
func Run(t *testing.T, fresh Opener) {
	for name, test := range map[string]func(*testing.T, Opener){
		"log":         testLog,
		"commits":     testCommits,
		"references":  testReferences,
		"requests":    testRequests,
		"series":      testSeries,
		"concurrency": testConcurrency,
		"races":       testRaces,
		"history":     testHistory,
		"random":      testRandom,
		"ends":        testEnds,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh) })
	}
}

// company is a store with two units under one, two services, two profiles, two
// agents and a session, written by one commit.
func company(t *testing.T, fresh Opener) source.Store {
	t.Helper()
	s := opened(t, fresh(t))
	commit(t, s, set(
		&callas.Unit{ID: "nordhang", Name: "Nordhang"},
		&callas.Unit{ID: "london", Name: "London", Parent: "nordhang"},
		&callas.Unit{ID: "leeds", Name: "Leeds", Parent: "nordhang"},
		service("help", "london"),
		service("itdesk", "leeds"),
		&callas.Profile{ID: "day", Name: "Day", Services: []string{"help"}},
		&callas.Profile{ID: "off", Name: "Off duty", OffDuty: true},
		agent("anna", "london", "sip:anna@nordhang.example", "2001"),
		agent("ben", "london", "2002"),
		&callas.Session{Agent: "anna", Profile: "day", CallAs: "help", Since: noon()},
	)...)
	return s
}

func opened(t *testing.T, open func() source.Store) source.Store {
	t.Helper()
	s := open()
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.FixedZone("", 3600)) }

// service and agent have something in every field.
func service(id, unit string) *callas.Service {
	expires := noon()
	return &callas.Service{ID: id, Name: id, DisplayName: "The " + id, Unit: unit, CallAsEnabled: true, URI: "sip:" + id + "@nordhang.example",
		Asserted: "+442079460199", Hue: 3, ServeStale: "1h", Meta: callas.Meta{Source: "hr", Locked: []string{"name"}},
		Numbers: []callas.Number{
			{E164: "+442079460100", Default: true, RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Evidence: "bill", Expires: &expires}},
			{E164: "+442079460101", Countries: []string{"CH", "DE"}, RightOfUse: callas.RightOfUse{Status: callas.RightPending}},
		}}
}

func agent(id, unit string, aliases ...string) *callas.Agent {
	return &callas.Agent{ID: id, Name: "Agent " + id + " Müller", Unit: unit, Enabled: true, Aliases: aliases, Number: "+442079460201",
		URI: "sip:" + id + "@nordhang.example", Direction: callas.DirectionExternal, Profiles: []string{"day", "off"},
		Responsible: map[string][]string{"day": {"help"}}}
}

// set and drop are writes without a precondition.
func set(rows ...callas.Row) []source.Write {
	var out []source.Write
	for _, row := range rows {
		out = append(out, source.Write{Kind: row.Kind(), ID: row.Key(), Row: row})
	}
	return out
}

func drop(k callas.Kind, id string) source.Write { return source.Write{Kind: k, ID: id} }

func commit(t *testing.T, s source.Store, writes ...source.Write) callas.Token {
	t.Helper()
	token, err := s.Commit(t.Context(), source.Commit{Actor: "test", Origin: "api", Writes: writes})
	require.NoError(t, err)
	return token
}

func refused(t *testing.T, s source.Store, writes ...source.Write) error {
	t.Helper()
	before := newest(t, s)
	_, err := s.Commit(t.Context(), source.Commit{Actor: "test", Origin: "api", Writes: writes})
	require.Error(t, err)
	require.Equal(t, before, newest(t, s), "what is refused changes nothing")
	return err
}

var errEnough = errors.New("enough")

// A name is a row's kind and key.
type name struct {
	kind callas.Kind
	id   string
}

func snapshot(t *testing.T, s source.Store) (map[name]callas.Row, callas.Token) {
	t.Helper()
	rows, at, err := read(t.Context(), s)
	require.NoError(t, err)
	return rows, at
}

func read(ctx context.Context, s source.Store) (map[name]callas.Row, callas.Token, error) {
	rows := map[name]callas.Row{}
	at, err := s.Snapshot(ctx, func(row callas.Row) error {
		rows[name{row.Kind(), row.Key()}] = row
		return nil
	})
	return rows, at, err
}

func newest(t *testing.T, s source.Store) callas.Token {
	t.Helper()
	_, at := snapshot(t, s)
	return at
}

// everything is the whole log after t.
func everything(t *testing.T, s source.Store, after callas.Token) []callas.Changeset {
	t.Helper()
	var out []callas.Changeset
	for {
		sets, err := s.Since(t.Context(), after)
		require.NoError(t, err)
		if len(sets) == 0 {
			return out
		}
		out = append(out, sets...)
		after = sets[len(sets)-1].Token
	}
}

// replay is what rows are after a log, which it checks for gaps and for edits that
// do not begin where the row was.
func replay(t *testing.T, sets []callas.Changeset) map[name]callas.Row {
	t.Helper()
	rows := map[name]callas.Row{}
	for i, cs := range sets {
		require.Equal(t, int64(i+1), cs.Token.Revision, "the log has a gap, or is out of order")
		for _, e := range cs.Edits {
			key := name{e.Kind, e.ID}
			require.Equal(t, rows[key], e.Before, "revision %d: %s %s before", cs.Token.Revision, e.Kind, e.ID)
			delete(rows, key)
			if e.After != nil {
				require.Equal(t, cs.Token.Revision, e.After.Revision())
				rows[key] = e.After
			}
		}
	}
	return rows
}

func eventually(t *testing.T, what string, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(time.Second):
		t.Fatal(fmt.Sprint("not within a second: ", what))
	}
}

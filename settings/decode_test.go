package settings_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"callas"
	"callas/settings"

	"github.com/stretchr/testify/require"
)

// lines writes problems as lines: "/pointer detail".
func lines(problems []callas.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, strings.TrimSpace(p.Pointer+" "+p.Detail))
	}
	return out
}

func TestDecodeRefuses(t *testing.T) {
	for _, tc := range []struct {
		note string
		kind callas.Kind
		body string
		want []string
	}{
		{"a field that does not exist", callas.KindAgent, `{"directon":"all","Name":"x","nmae":null}`,
			[]string{`/Name unknown field "Name" (did you mean "name"?)`,
				`/directon unknown field "directon" (did you mean "direction"?)`,
				`/nmae unknown field "nmae" (did you mean "name"?)`}},
		{"a key given twice, deep down", callas.KindService, `{"numbers":[{"e164":"+1","e164":"+2"}],"a/b":1,"a/b":2}`,
			[]string{`/numbers/0/e164 is given twice`, `/a~1b is given twice`}},
		{"wrong types, all of them", callas.KindAgent, `{"name":5,"enabled":"yes","aliases":"2001","responsible":{"day":"help","x":[1]},"profiles":[[]],"rev":1.5}`,
			[]string{`/aliases wants a list, not the text "2001"`,
				`/enabled wants true or false, not the text "yes"`,
				`/name wants a text, not the number 5`,
				`/profiles/0 wants a text, not a list`,
				`/responsible/day wants a list, not the text "help"`,
				`/responsible/x/0 wants a text, not the number 1`,
				`/rev wants a whole number, not the number 1.5`}},
		{"a time that is none", callas.KindService, `{"numbers":[{"right_of_use":{"expires":"tomorrow"}},{"right_of_use":true}]}`,
			[]string{`/numbers/0/right_of_use/expires wants a time such as "2026-11-22T12:00:00Z"`,
				`/numbers/1/right_of_use wants an object, not true`}},
		{"no object", callas.KindUnit, `["x"]`, []string{`wants an object, not a list`}},
		{"half an object", callas.KindUnit, `{"id":"x"`, []string{`is not JSON: at byte 9: it ends too early`}},
		{"two objects", callas.KindUnit, `{"id":"x"}{}`, []string{`is not JSON: at byte 11: something follows the first value`}},
		{"bytes that are no text", callas.KindUnit, "{\"id\":\"\xff\"}", []string{`is not valid UTF-8`}},
		{"endless nesting", callas.KindUnit, strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000),
			[]string{`is not JSON: at byte 84: nested deeper than 16 levels`}},
		{"an unknown kind", "agnet", `{}`, []string{`unknown kind "agnet" (did you mean "agent"?)`}},
	} {
		t.Run(tc.note, func(t *testing.T) {
			row, problems := settings.Decode(tc.kind, []byte(tc.body))
			require.Nil(t, row)
			require.Equal(t, tc.want, lines(problems))
		})
	}
}

func TestEqualSettingsAreEqualJSON(t *testing.T) {
	for _, tc := range []struct {
		kind callas.Kind
		body string
		want string
	}{
		{callas.KindUnit, `{"id":" care ","name":"Care ","parent":null,"asserted":"tel:+44 (20) 7946-0100","locked":[]}`,
			`{"id":"care","name":"Care","asserted":"+442079460100","rev":0}`},
		{callas.KindService, `{"id":"help","name":"Help","unit":"london","serve_stale":"90m","numbers":[
			{"e164":"+44 20 7946 0101","countries":["gb","DE","de"],"right_of_use":{"expires":"2027-01-01T01:00:00.123456789+01:00"}},
			{"e164":"+442079460100"}]}`,
			`{"id":"help","name":"Help","display_name":"","unit":"london","call_as_enabled":false,"numbers":[
			{"e164":"+442079460101","countries":["DE","GB"],"right_of_use":{"status":"pending","expires":"2027-01-01T00:00:00.123456Z"}},
			{"e164":"+442079460100","countries":[],"right_of_use":{"status":"pending"}}],"serve_stale":"1h30m","rev":0}`},
		{callas.KindProfile, `{"id":"day","name":"Day"}`, `{"id":"day","name":"Day","services":[],"rev":0}`},
		{callas.KindAgent, `{"id":"anna","name":"Anna","unit":"care","aliases":["tel:+44-20-7946-0201","2001","+442079460201"],
			"profiles":["off","day","off"],"responsible":{"day":["help","claims","help"],"campaign":[]}}`,
			`{"id":"anna","name":"Anna","unit":"care","enabled":false,"aliases":["+442079460201","2001"],"direction":"none",
			"profiles":["day","off"],"responsible":{"day":["claims","help"]},"rev":0}`},
		{callas.KindSession, `{"agent":"anna","call_as":"none","since":"2026-11-22T12:00:00Z","expires_at":"2026-11-22T13:00:00Z","ended_because":"expired"}`,
			`{"agent":"anna","since":"2026-11-22T12:00:00Z","ended_because":"expired","rev":0}`},
		{callas.KindToken, `{"id":"t","hash":"AB","principal":{"name":"Sue ","role":"admin","units":[]},"created_at":"2026-11-22T12:00:00Z"}`,
			`{"id":"t","hash":"ab","principal":{"name":"Sue","role":"admin"},"created_at":"2026-11-22T12:00:00Z","rev":0}`},
	} {
		row, problems := settings.Decode(tc.kind, []byte(tc.body))
		require.Empty(t, problems)
		got, err := json.Marshal(row)
		require.NoError(t, err)
		require.JSONEq(t, tc.want, string(got))
		require.Equal(t, row, settings.Normal(row), "normal stays normal")
	}
}

// full is a service of an importer, with everything that can be said.
func full() *callas.Service {
	s := service("help", "london", "+442079460100")
	s.Numbers[0].RightOfUse.Expires = &later
	s.Hue, s.Source, s.Locked, s.Rev = 3, "ldap", []string{"name", "unit"}, 7
	return settings.Normal(s).(*callas.Service)
}

func TestPatch(t *testing.T) {
	for _, tc := range []struct {
		note, body string
		how        func(*callas.Service)
	}{
		{"one field", `{"hue":5}`, func(s *callas.Service) { s.Hue = 5 }},
		{"null takes a field out", `{"hue":null,"uri":null}`, func(s *callas.Service) { s.Hue = 0 }},
		{"a list is replaced whole", `{"numbers":[]}`, func(s *callas.Service) { s.Numbers = []callas.Number{} }},
		{"what is as it is may be repeated", `{"id":"help","rev":7,"source":"ldap","locked":["unit","name"],"name":" help"}`, func(*callas.Service) {}},
		{"nothing", `{}`, func(*callas.Service) {}},
	} {
		t.Run(tc.note, func(t *testing.T) {
			got, problems := settings.Patch(full(), []byte(tc.body))
			require.Empty(t, problems)
			require.Equal(t, changed(full(), tc.how), got)
		})
	}
}

func TestPatchMergesMaps(t *testing.T) {
	anna := settings.Normal(agent("anna", "care")).(*callas.Agent)
	got, problems := settings.Patch(anna, []byte(`{"responsible":{"campaign":null,"night":["help"]}}`))
	require.Empty(t, problems)
	require.Equal(t, map[string][]string{"day": {"claims", "help"}, "night": {"help"}}, got.(*callas.Agent).Responsible)
	require.Contains(t, anna.Responsible, "campaign", "the row passed is a constant")
}

func TestPatchRefuses(t *testing.T) {
	for body, want := range map[string]string{
		`{"hu":5}`:                    `/hu unknown field "hu" (did you mean "hue"?)`,
		`{"huue":null}`:               `/huue unknown field "huue" (did you mean "hue"?)`,
		`{"id":"halp"}`:               `/id is "help" and stays so: create another service and delete this one`,
		`{"rev":6}`:                   `/rev is 7 now and set by the source: leave it out, and send If-Match to be sure of it`,
		`{"source":null}`:             `/source is "ldap" and set by importers: leave it out`,
		`{"locked":[]}`:               `/locked is set by importers: leave it out`,
		`{"name":"Help!","hue":1}`:    `/name is kept by the importer "ldap": change it there`,
		`{"unit":"leeds"}`:            `/unit is kept by the importer "ldap": change it there`,
		`[{"op":"replace"}]`:          `wants an object with the fields to change, not a list`,
		`{"numbers":[{"e164":true}]}`: `/numbers/0/e164 wants a text, not true`,
		`{"hue":1,"hue":2}`:           `/hue is given twice`,
	} {
		_, problems := settings.Patch(full(), []byte(body))
		require.Equal(t, []string{want}, lines(problems), body)
	}
}

func TestReplace(t *testing.T) {
	got, problems := settings.Replace(full(), callas.KindService, "help", []byte(`{"name":"help","unit":"london"}`))
	require.Empty(t, problems)
	want := changed(full(), func(s *callas.Service) { s.CallAsEnabled, s.Hue, s.Numbers = false, 0, []callas.Number{} })
	require.Equal(t, want, got, "whole, but for what is not the writer's to say")

	got, problems = settings.Replace(nil, callas.KindUnit, "care", []byte(`{"name":"Care"}`))
	require.Empty(t, problems)
	require.Equal(t, &callas.Unit{ID: "care", Name: "Care"}, got)

	for _, tc := range []struct {
		is         callas.Row
		body, want string
	}{
		{full(), `{"id":"halp","name":"help"}`, `/id is "halp", but the row is "help": leave it out, or send it to its own address`},
		{full(), `{"name":"Help","unit":"london"}`, `/name is kept by the importer "ldap": change it there`},
		{full(), `{"name":"help","unit":"london","rev":6}`, `/rev is 7 now and set by the source: leave it out, and send If-Match to be sure of it`},
		{nil, `{"name":"help","source":"ldap"}`, `/source is "" and set by importers: leave it out`},
		{nil, `{"nam":"help"}`, `/nam unknown field "nam" (did you mean "name"?)`},
		{nil, `5`, `wants an object, not the number 5`},
	} {
		_, problems := settings.Replace(tc.is, callas.KindService, "help", []byte(tc.body))
		require.Equal(t, []string{tc.want}, lines(problems), tc.body)
	}
}

func TestLocked(t *testing.T) {
	require.Empty(t, settings.Locked(nil, full()))
	require.Empty(t, settings.Locked(service("x", "london", ""), nil))
	require.Equal(t, []string{`service "help" is kept by the importer "ldap": delete it there`}, lines(settings.Locked(full(), nil)))
}

func TestFields(t *testing.T) {
	after := changed(full(), func(s *callas.Service) { s.Hue, s.Rev, s.Source, s.Numbers = 4, 9, "", nil })
	require.Equal(t, []string{"hue", "numbers", "source"}, settings.Fields(full(), after))
	require.Empty(t, settings.Fields(nil, after))
	require.True(t, settings.Same(full(), full().WithRevision(99)))
	require.False(t, settings.Same(full(), nil))
	require.True(t, settings.Same(nil, nil))
}

func TestEveryFieldOfEveryRowIsRead(t *testing.T) {
	body, err := os.ReadFile("testdata/rows.ndjson")
	require.NoError(t, err)
	seen := map[callas.Kind]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
		kind, want, _ := strings.Cut(line, " ")
		row, problems := settings.Decode(callas.Kind(kind), []byte(want))
		require.Empty(t, problems)
		got, err := json.Marshal(row)
		require.NoError(t, err)
		require.JSONEq(t, want, string(got))
		empty, err := json.Marshal(callas.NewRow(callas.Kind(kind)))
		require.NoError(t, err)
		var zero, all map[string]any
		require.NoError(t, json.Unmarshal(empty, &zero))
		require.NoError(t, json.Unmarshal(got, &all))
		for field, value := range zero {
			require.NotEqual(t, value, all[field], "testdata/rows.ndjson leaves %s of %s at its zero value", field, kind)
		}
		seen[callas.Kind(kind)] = true
	}
	require.Len(t, seen, len(callas.Kinds))
}

func FuzzDecode(f *testing.F) {
	f.Add("agent", `{"id":"anna","aliases":["2001"],"responsible":{"day":["help"]}}`)
	f.Add("service", `{"id":"help","numbers":[{"e164":"+44 20","countries":["gb"],"right_of_use":{"expires":"2026-11-22T12:00:00Z"}}]}`)
	f.Add("session", `{"agent":"x","since":"2026-11-22T12:00:00+01:00","call_as":"none"}`)
	f.Add("session", `{"agent":"x","since":"9999-12-31T23:59:59-14:00","expires_at":"0001-01-01T00:00:00+14:00"}`)
	f.Add("token", `{"principal":{"units":[null,"b","a"]}}`)
	f.Fuzz(func(t *testing.T, kind, body string) {
		row, problems := settings.Decode(callas.Kind(kind), []byte(body))
		if len(problems) > 0 {
			require.Nil(t, row)
			return
		}
		again, err := json.Marshal(row)
		require.NoError(t, err)
		same, problems := settings.Decode(callas.Kind(kind), again)
		require.Empty(t, problems)
		require.Equal(t, row, same)
		patched, problems := settings.Patch(row, []byte(`{}`))
		require.Empty(t, problems)
		require.Equal(t, row, patched)
	})
}

func TestNormalDurations(t *testing.T) {
	for _, tc := range []struct {
		in, want string
	}{
		{"90m", "1h30m"}, {"8h", "8h"}, {"60s", "1m"}, {"30s", "30s"}, {"1h0m5s", "1h0m5s"}, {"soon", "soon"}, {"500ms", "500ms"},
	} {
		got := settings.Normal(&callas.Service{ServeStale: tc.in}).(*callas.Service).ServeStale
		require.Equal(t, tc.want, got)
		if d, err := time.ParseDuration(tc.in); err == nil {
			again, err := time.ParseDuration(got)
			require.NoError(t, err)
			require.Equal(t, d, again)
		}
	}
}

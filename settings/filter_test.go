package settings_test

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"testing"

	"callas"
	"callas/settings"
	"callas/state"

	"github.com/stretchr/testify/require"
)

// query asks as a URL does.
func query(t tester, k callas.Kind, raw string) settings.Query {
	t.Helper()
	values, err := url.ParseQuery(raw)
	require.NoError(t, err)
	q, problems := settings.ParseQuery(k, values)
	require.Empty(t, problems)
	return q
}

func keys(rows []callas.Row) []string {
	out := []string{}
	for _, row := range rows {
		out = append(out, row.Key())
	}
	return out
}

// people are the agents that the filters below tell apart.
func people() []callas.Row {
	clara := agent("clara", "leeds", "sip:clara@nordhang.example")
	clara.Name, clara.Direction, clara.Number = "Clara Müller", callas.DirectionNone, "+442079460205"
	dora := agent("dora", "london")
	dora.Name, dora.Enabled, dora.Responsible = "Dora Mueller-Østergård", false, nil
	emil := agent("emil", "leeds")
	emil.Profiles, emil.Responsible = []string{"off"}, nil
	return []callas.Row{clara, dora, emil, session("dora", "campaign", ""), session("emil", "off", ""),
		changed(profile("night", "help"), func(p *callas.Profile) { p.Unit = "leeds" }), session("clara", "day", "help")}
}

func TestFilters(t *testing.T) {
	h := newHouse(t, people()...)
	for _, tc := range []struct {
		kind callas.Kind
		raw  string
		want []string
	}{
		{callas.KindAgent, "", []string{"anna", "ben", "clara", "dora", "emil"}},
		{callas.KindAgent, "q=mueller", []string{"clara", "dora"}},
		{callas.KindAgent, "q=muller", []string{"clara"}},
		{callas.KindAgent, "q=M%C3%9CLLER", []string{"clara", "dora"}},
		{callas.KindAgent, "q=muller+CLARA", []string{"clara"}},
		{callas.KindAgent, "q=ostergard", []string{"dora"}},
		{callas.KindAgent, "q=oestergaard", []string{"dora"}},
		{callas.KindAgent, "q=2002", []string{"ben"}},
		{callas.KindAgent, "q=0205", []string{"clara"}},
		{callas.KindAgent, "q=Clara@nordhang", []string{"clara"}},
		{callas.KindAgent, "q=nobody", []string{}},
		{callas.KindAgent, "unit=london", []string{"anna", "ben", "dora"}},
		{callas.KindAgent, "unit=nordhang&direction=none", []string{"clara"}},
		{callas.KindAgent, "enabled=false", []string{"dora"}},
		{callas.KindAgent, "enabled=true&profile=day", []string{"anna", "ben", "clara"}},
		{callas.KindAgent, "responsible=help", []string{"anna", "ben", "clara"}},
		{callas.KindAgent, "responsible=help&unit=leeds", []string{"clara"}},
		{callas.KindAgent, "responsible=itdesk", []string{}},
		{callas.KindAgent, "on_duty=campaign", []string{"dora"}},
		{callas.KindAgent, "on_duty=off", []string{"emil"}},
		{callas.KindAgent, "may_call_as=help", []string{"anna", "ben"}},
		{callas.KindAgent, "may_call_as=renewals", []string{}},
		{callas.KindAgent, "calling_as=help", []string{"anna", "ben"}},
		{callas.KindAgent, "calling_as=help&q=ben", []string{"ben"}},
		{callas.KindAgent, "may_call_as=any", []string{"anna", "ben"}},
		{callas.KindAgent, "calling_as=any", []string{"anna", "ben"}},
		{callas.KindService, "unit=london", []string{"claims", "help", "renewals"}},
		{callas.KindService, "enabled=false", []string{}},
		{callas.KindService, "q=0103", []string{"itdesk"}},
		{callas.KindProfile, "service=help", []string{"day", "night"}},
		{callas.KindProfile, "unit=nordhang", []string{"night"}},
		{callas.KindUnit, "unit=london", []string{"care", "london"}},
		{callas.KindUnit, "q=eed", []string{"leeds"}},
		{callas.KindSession, "q=an", []string{"anna"}},
	} {
		page, err := query(t, tc.kind, tc.raw).Page(context.Background(), h.sn(), law{})
		require.NoError(t, err)
		require.Equal(t, tc.want, keys(page.Items), "%s ?%s", tc.kind, tc.raw)
		require.Equal(t, len(tc.want), page.Total)
		require.Empty(t, page.Next)
	}
}

func TestASearchFindsAllSpellings(t *testing.T) {
	for _, tc := range []struct {
		name  string
		found []string
		not   []string
	}{
		{"Müller", []string{"müller", "mueller", "muller", "MÜLL", "M\u0075\u0308ller"}, []string{"miller"}},
		{"Mueller", []string{"müller", "mueller"}, []string{"muller"}},
		{"Straßer", []string{"strasser", "straßer", "STRASSER", "STRAẞER"}, []string{"straser"}},
		{"Łukasz Żółw", []string{"lukasz", "zolw", "żółw Łukasz"}, []string{"zulw"}},
		{"Bjørn Åse Ærø Þór Đorđe", []string{"bjorn", "bjoern", "ase", "aase", "aero", "thor", "dorde"}, []string{"barn"}},
		{"Œuvre Ğıllı Frédéric", []string{"oeuvre", "gilli", "frederic", "FRÉDÉRIC"}, []string{"uvres"}},
	} {
		zoe := agent("zoe", "care")
		zoe.Name = tc.name
		h := newHouse(t, zoe)
		finds := func(q string) int {
			page, err := query(t, callas.KindAgent, url.Values{"q": {q}}.Encode()).Page(context.Background(), h.sn(), law{})
			require.NoError(t, err)
			return page.Total
		}
		for _, q := range tc.found {
			require.Equal(t, 1, finds(q), "%q in %q", q, tc.name)
		}
		for _, q := range tc.not {
			require.Zero(t, finds(q), "%q in %q", q, tc.name)
		}
	}
}

func TestQueriesThatMakeNoSense(t *testing.T) {
	for _, tc := range []struct {
		kind callas.Kind
		raw  string
		want []string
	}{
		{callas.KindAgent, "directon=all&cursr=x", []string{`/cursr unknown filter "cursr" of agents (did you mean "cursor"?)`,
			`/directon unknown filter "directon" of agents (did you mean "direction"?)`}},
		{callas.KindService, "direction=all", []string{`/direction unknown filter "direction" of services`}},
		{callas.KindAgent, "direction=extern", []string{`/direction "extern" is none of none, internal, external or all (did you mean "external"?)`}},
		{callas.KindAgent, "q=a&q=b", []string{`/q is given twice`}},
		{callas.KindAgent, "limit=0", []string{`/limit "0" is no number of rows: use 1 to 1000`}},
		{callas.KindAgent, "limit=1001", []string{`/limit "1001" is no number of rows: use 1 to 1000`}},
		{callas.KindAgent, "enabled=maybe", []string{`/enabled "maybe" is neither true nor false`}},
		{callas.KindAgent, "cursor=***", []string{`/cursor "***" is no cursor: send the last page's "next"`}},
		{callas.KindAgent, "q=" + fmt.Sprintf("%0201d", 0), []string{`/q is 201 bytes long: at most 200`}},
	} {
		values, err := url.ParseQuery(tc.raw)
		require.NoError(t, err)
		_, problems := settings.ParseQuery(tc.kind, values)
		require.Equal(t, tc.want, lines(problems), tc.raw)
	}
	_, problems := settings.ParseSelection([]byte(`{"filter":{"enabled":"yes"}}`))
	require.Equal(t, []string{`/filter/enabled wants true or false, not the text "yes"`}, lines(problems))
}

func TestAFilterThatNamesNothingIsTold(t *testing.T) {
	h := newHouse(t)
	_, err := query(t, callas.KindAgent, "unit=lodnon&may_call_as=halp&on_duty=dya").Page(context.Background(), h.sn(), law{})
	var invalid *settings.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, []string{`/unit there is no unit "lodnon" (did you mean "london"?)`,
		`/on_duty there is no profile "dya" (did you mean "day"?)`,
		`/may_call_as there is no service "halp" (did you mean "help"?)`}, lines(invalid.Problems))
}

func TestPagesAreStableWhileRowsComeAndGo(t *testing.T) {
	var more []callas.Row
	for i := range 25 {
		more = append(more, agent("x"+strconv.Itoa(100+i), "care"))
	}
	for _, raw := range []string{"limit=10", "limit=10&unit=care"} {
		h := newHouse(t, more...)
		q := query(t, callas.KindAgent, raw)
		var got []string
		for {
			page, err := q.Page(context.Background(), h.sn(), law{})
			require.NoError(t, err)
			got = append(got, keys(page.Items)...)
			if q.Cursor = page.Next; page.Next == "" {
				require.Equal(t, 25, page.Total)
				break
			}
			if len(got) == 10 {
				h.admit(del(callas.KindAgent, "anna"), del(callas.KindAgent, got[9]), del(callas.KindAgent, "x120"), put(agent("aaron", "care")))
			}
		}
		require.Len(t, got, 26)
		require.NotContains(t, got, "x120")
		require.NotContains(t, got, "aaron")
	}
}

func TestPagesShowOnlyWhatIsVisible(t *testing.T) {
	h := newHouse(t, people()...)
	q := query(t, callas.KindAgent, "limit=1")
	q.Visible = func(row callas.Row) bool { return row.(*callas.Agent).Unit == "leeds" }
	page, err := q.Page(context.Background(), h.sn(), law{})
	require.NoError(t, err)
	require.Equal(t, []string{"clara"}, keys(page.Items))
	require.Equal(t, 2, page.Total)
	require.NotEmpty(t, page.Next)
}

// counted counts the menus that are asked for.
type counted struct{ asked chan string }

func (c counted) Menus(sn *state.Snapshot) func(context.Context, string) (callas.Menu, error) {
	return func(_ context.Context, id string) (callas.Menu, error) {
		c.asked <- id
		return lawful(sn, id)
	}
}

func TestMenusAreAskedOnlyWhereRowsDoNotTell(t *testing.T) {
	h := newHouse(t, people()...)
	for raw, want := range map[string]int{"": 0, "unit=london": 0, "calling_as=help": 3, "may_call_as=help": 4, "may_call_as=itdesk": 0} {
		c := counted{make(chan string, 100)}
		_, err := query(t, callas.KindAgent, raw).Page(context.Background(), h.sn(), c)
		require.NoError(t, err)
		require.Len(t, c.asked, want, raw)
	}
	_, err := query(t, callas.KindAgent, "calling_as=help").Page(context.Background(), h.sn(), broken{})
	require.ErrorIs(t, err, errBroken)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = query(t, callas.KindAgent, "calling_as=help").Page(ctx, h.sn(), law{})
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzParseQuery(f *testing.F) {
	f.Add("agent", "unit=london&q=m%C3%BCller&limit=20&cursor=YW5uYQ")
	f.Add("profile", "service=help&enabled=1")
	h := newHouse(f, people()...)
	f.Fuzz(func(t *testing.T, kind, raw string) {
		values, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		q, problems := settings.ParseQuery(callas.Kind(kind), values)
		if len(problems) == 0 {
			_, _ = q.Page(context.Background(), h.sn(), law{}) // must not panic
		}
	})
}

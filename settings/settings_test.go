package settings_test

import (
	"strconv"
	"strings"
	"testing"

	"callas"
	"callas/settings"
	"callas/source"

	"github.com/stretchr/testify/require"
)

func TestAdmitRefuses(t *testing.T) {
	help := service("help", "london", "+442079460100")
	anna := agent("anna", "care", "2001")
	hash := strings.Repeat("a1", 32)
	token := &callas.AccessToken{ID: "t", Hash: hash, CreatedAt: noon, Principal: callas.Principal{Name: "Sue", Role: callas.RoleAdmin}}
	for _, tc := range []struct {
		note   string
		writes []source.Write
		want   []string
	}{
		{"an id in capitals", puts(unit("London", "")),
			[]string{`0 /id "London" holds 'L': use a-z, 0-9, dot, underscore and hyphen`}},
		{"a line break in a name", puts(changed(help, func(s *callas.Service) { s.DisplayName = "Help\r\nFrom: x" })),
			[]string{`0 /display_name holds the control character U+000D: remove it`}},
		{"a unit that is not there", puts(changed(help, func(s *callas.Service) { s.Unit = "londn" })),
			[]string{`0 /unit there is no unit "londn" (did you mean "london"?)`}},
		{"no unit", puts(changed(help, func(s *callas.Service) { s.Unit = "" }), changed(anna, func(a *callas.Agent) { a.Unit = " " })),
			[]string{`0 /unit is missing: every service is in a unit, whose agents may call as it`, `1 /unit is missing: every agent is in a unit`}},
		{"everything at once", puts(changed(help, func(s *callas.Service) { s.Hue, s.ServeStale, s.URI, s.Name = 9, "soon", "help@x", "" })),
			[]string{`0 /hue is 9: use 1 to 8, or 0 for none`,
				`0 /name is missing: give a name that people will recognise`,
				`0 /serve_stale "soon" is no duration: write 30s, 10m or 8h, or leave it empty for the installation's`,
				`0 /uri "help@x" is no URI that a phone can show: write sip:help@example.org`}},
		{"two defaults, one number twice", puts(changed(help, func(s *callas.Service) { s.Numbers = append(s.Numbers, s.Numbers[0]) })),
			[]string{`0 /numbers/1/default /numbers/0 is the default already: a service has at most one`,
				`0 /numbers/1/e164 is the same as /numbers/0: name all its countries there`}},
		{"a country that is none, and one that was", puts(changed(help, func(s *callas.Service) {
			s.Numbers = []callas.Number{{E164: "+442079460100", Countries: []string{"uk", "eu", "england"}}}
		})),
			[]string{`0 /numbers/0/countries "ENGLAND" is no country: write two letters such as GB (ISO 3166-1)`,
				`0 /numbers/0/countries "EU" is no country: write two letters such as GB (ISO 3166-1)`,
				`0 /numbers/0/countries "UK" is no country's code today (did you mean "GB"?)`}},
		{"a status that is none", puts(changed(help, func(s *callas.Service) {
			s.Numbers = []callas.Number{{E164: "+442079460100", RightOfUse: callas.RightOfUse{Status: "verifyed", Evidence: "a\nb"}}}
		})),
			[]string{`0 /numbers/0/right_of_use/evidence holds a control character: write it in one line of text`,
				`0 /numbers/0/right_of_use/status "verifyed" is none of verified, pending, expired or revoked (did you mean "verified"?)`}},
		{"a number without its country", puts(changed(help, func(s *callas.Service) { s.Numbers = []callas.Number{{}} })),
			[]string{`0 /numbers/0/e164 is missing: write it with its country, such as +442079460100`}},
		{"services off duty", puts(&callas.Profile{ID: "off", Name: "Off", OffDuty: true, Services: []string{"help"}}),
			[]string{`0 /services must be empty: nobody answers for a service off duty`}},
		{"references of an agent", puts(changed(anna, func(a *callas.Agent) {
			a.Profiles = []string{"dya"}
			a.Responsible = map[string][]string{"dyas": {"help"}, "day": {"hlep"}}
			a.Direction = "extern"
		})),
			[]string{`0 /direction "extern" is none of none, internal, external or all (did you mean "external"?)`,
				`0 /profiles there is no profile "dya" (did you mean "day"?)`,
				`0 /responsible/day there is no service "hlep" (did you mean "help"?)`,
				`0 /responsible/dyas there is no profile "dyas" (did you mean "day"?)`}},
		{"an agent's number that is none", puts(
			changed(anna, func(a *callas.Agent) { a.Number = "2001" }),
			changed(agent("zoe", "care"), func(a *callas.Agent) { a.Number = "+44112" })),
			[]string{`0 /number "2001" lacks its country: write it such as +442079460201; an extension is an alias`,
				`1 /number "+44112" is an emergency number`}},
		{"an alias that cannot arrive", puts(agent("zoe", "care", "sip:", "a b", "<x>", "a\u202eb")),
			[]string{`0 /aliases "<x>" holds a character that no address has: write sip:anna@example.org, 2001 or +442079460201`,
				`0 /aliases "a b" holds a character that no address has: write sip:anna@example.org, 2001 or +442079460201`,
				`0 /aliases "a\u202eb" holds a character that no address has: write sip:anna@example.org, 2001 or +442079460201`,
				`0 /aliases "sip:" is empty: remove it`}},
		{"an alias of another agent", puts(agent("zoe", "care", "SIP:Anna@NORDHANG.example;transport=tcp")),
			[]string{`0 /aliases "SIP:Anna@NORDHANG.example;transport=tcp" already leads to agent "anna": take it from there first, or in the same change`}},
		{"one alias for two new agents", puts(agent("yan", "care", "2009"), agent("zoe", "care", "2009")),
			[]string{`1 /aliases "2009" already leads to agent "yan": take it from there first, or in the same change`}},
		{"an alias that is another's id", puts(agent("zoe", "care", "ben")), []string{`0 /aliases "ben" is the id of another agent`}},
		{"an id that is another's alias", puts(agent("2001", "care")),
			[]string{`0 /id "2001" is an alias of agent "anna": choose another id, or take the alias from there first`}},
		{"a session of nobody", puts(&callas.Session{Agent: "zoe", Profile: "day", CallAs: "halp", Since: noon}),
			[]string{`0 /agent there is no agent "zoe"`, `0 /call_as there is no service "halp" (did you mean "help"?)`}},
		{"a session since never that ended for no known reason", puts(&callas.Session{Agent: "anna", EndedBecause: "off"}),
			[]string{`0 /ended_because "off" is none of off_duty, logged_out, expired, service_deleted or profile_changed`,
				`0 /since is missing: since when the agent is in this state`}},
		{"an access token with its secret", puts(changed(token, func(t *callas.AccessToken) { t.Hash = "secret" })),
			[]string{`0 /hash must be the SHA-256 of the secret in hex, 64 characters: the secret itself is never kept`}},
		{"a supervisor of nothing", puts(changed(token, func(t *callas.AccessToken) { t.Principal.Role = callas.RoleSupervisor })),
			[]string{`0 /principal/units is missing: a supervisor is one of units, and of those below them`}},
		{"an agent's token for nobody", puts(changed(token, func(t *callas.AccessToken) { t.Principal.Role, t.ExpiresAt = callas.RoleAgent, &noon })),
			[]string{`0 /expires_at is not after created_at: the token would never work`,
				`0 /principal/agent is missing: name the agent whose selection it may change`}},
		{"a sign-in without an end, of a platform", puts(changed(token, func(t *callas.AccessToken) { t.Use, t.Principal.Role = callas.UseSignIn, callas.RolePlatform })),
			[]string{`0 /expires_at is missing: a sign-in and a link have an end`,
				`0 /principal/role is platform, which has no browser to sign in with: make it a token`}},
		{"a token that a provider vouches for", puts(changed(token, func(t *callas.AccessToken) { t.Subject = strings.Repeat("x", 1025) })),
			[]string{`0 /subject is for sign-ins: whom a provider vouches for`, `0 /subject has 1025 bytes: at most 1024`}},
		{"a token made with another that is not there", puts(changed(token, func(t *callas.AccessToken) { t.Use, t.Parent = "browser", "k9" })),
			[]string{`0 /expires_at is missing: a sign-in and a link have an end`, `0 /parent is for sign-ins: the token that one was made with`,
				`0 /parent there is no token "k9"`, `0 /use "browser" is none of , sign-in or link`}},
		{"a lock on a field that is none", puts(changed(help, func(s *callas.Service) { s.Source, s.Locked = "ldap", []string{"nmae", "id"} })),
			[]string{`0 /locked "id" is no field of a row of kind service that can be locked`,
				`0 /locked "nmae" is no field of a row of kind service that can be locked (did you mean "name"?)`}},
		{"a lock without its owner", puts(changed(help, func(s *callas.Service) { s.Locked = []string{"name"} })),
			[]string{`0 /locked names fields, but no source owns the row: set "source" too`}},
		{"one row twice", puts(unit("x", ""), unit("x", "")), []string{`1  unit "x" is written twice in one change: keep one of the two`}},
		{"a row under another's id", []source.Write{{Kind: callas.KindUnit, ID: "y", Row: unit("x", "")}},
			[]string{`0 /id is "x", but the write is of unit "y"`}},
		{"an unknown kind", []source.Write{del("agnet", "x")}, []string{`0  unknown kind "agnet" (did you mean "agent"?)`}},
	} {
		t.Run(tc.note, func(t *testing.T) {
			require.Equal(t, tc.want, newHouse(t).refusals(tc.writes...))
		})
	}
}

func TestAdmitRefusesNumbersThatMustNotBeShown(t *testing.T) {
	for _, number := range []string{"+44112", "+449098790000", "112", "02079460100", "+4420794601001234567"} {
		row := service("new", "london", number)
		row.Asserted = number
		got := newHouse(t).refusals(put(row))
		require.Len(t, got, 2, number)
		require.Contains(t, got[0], "0 /asserted ")
		require.Contains(t, got[1], "0 /numbers/0/e164 ")
	}
}

func TestAdmitJudgesTheStateAfterAllWrites(t *testing.T) {
	h := newHouse(t)
	h.admit(
		put(agent("anna", "paris", "2002")), // takes over what ben gives up below
		put(agent("ben", "paris", "2001")),
		put(service("aide", "paris", "+33199000000")),
		put(unit("paris", "france")),
		put(unit("france", "nordhang")),
	)
	require.Equal(t, "ben", h.sn().AgentByAlias("2001").ID)
}

func TestAdmitRefusesRingsOfUnits(t *testing.T) {
	h := newHouse(t)
	require.Equal(t, []string{`0 /parent would put the unit below itself: x in x: choose another parent`}, h.refusals(put(unit("x", "x"))))
	require.Equal(t, []string{`0 /parent would put the unit below itself: nordhang in care in london in nordhang: choose another parent`},
		h.refusals(put(unit("nordhang", "care"))))
	require.Equal(t, []string{
		`0 /parent would put the unit below itself: a in b in a: choose another parent`,
		`1 /parent would put the unit below itself: b in a in b: choose another parent`,
	}, h.refusals(put(unit("a", "b")), put(unit("b", "a")), put(unit("c", "b"))))
}

func TestALongRingIsToldByItsBeginning(t *testing.T) {
	var writes []source.Write
	for i := range 1000 {
		writes = append(writes, put(unit("u"+strconv.Itoa(i), "u"+strconv.Itoa((i+1)%1000))))
	}
	got := newHouse(t).refusals(writes...)
	require.Len(t, got, 1000)
	require.Contains(t, got[0], "u0 in u1 in u2")
	require.Contains(t, got[0], "in ...: choose another parent")
}

func TestAdmitRefusesATreeThatIsTooDeep(t *testing.T) {
	h := newHouse(t)
	var chain []source.Write
	parent := "nordhang"
	for i := 2; i <= settings.MaxDepth; i++ {
		id := "level" + strconv.Itoa(i)
		chain = append(chain, put(unit(id, parent)))
		parent = id
	}
	h.admit(chain...)
	require.Equal(t, []string{`0 /parent would put unit "deep" at level 33: at most 32`}, h.refusals(put(unit("deep", parent))))
	require.Equal(t, []string{`0 /parent would put unit "level32" at level 33: at most 32`},
		h.refusals(put(unit("level2", "london"))), "the unit moved is told, not those below it")
}

func TestAdmitRefusesToDeleteAUnitInUse(t *testing.T) {
	h := newHouse(t, changed(profile("night"), func(p *callas.Profile) { p.Unit = "leeds" }),
		&callas.AccessToken{ID: "sue", Hash: strings.Repeat("a", 64), CreatedAt: noon,
			Principal: callas.Principal{Name: "Sue", Role: callas.RoleSupervisor, Units: []string{"leeds"}}})
	require.Equal(t, []string{
		`0  unit "leeds" still has profile "night", token "sue", service "itdesk": move or delete them first, or in the same change`,
		`1  unit "london" still has unit "care", service "claims", service "help" and 1 more: move or delete them first, or in the same change`,
	}, h.refusals(del(callas.KindUnit, "leeds"), del(callas.KindUnit, "london")))
	require.Equal(t, []string{`1 /unit unit "care" is deleted by this same change: take it out here, or do not delete it`},
		h.refusals(del(callas.KindUnit, "care"), put(agent("anna", "care")), put(agent("ben", "london"))))
	h.admit(del(callas.KindUnit, "care"), del(callas.KindAgent, "ben"), put(agent("anna", "london")))
	require.Nil(t, h.sn().Unit("care"))
}

func TestAdmitBoundsItsFindings(t *testing.T) {
	var writes []source.Write
	for i := range settings.MaxFindings + 500 {
		writes = append(writes, put(unit("u"+strconv.Itoa(i), "nowhere")))
	}
	full, findings := settings.Admit(newHouse(t).sn(), british(t), nil, writes)
	require.Empty(t, full)
	require.Len(t, findings, settings.MaxFindings)
}

func TestInvalidTellsItsFirstProblem(t *testing.T) {
	err := &settings.Invalid{Problems: []callas.Problem{{Pointer: "/name", Detail: "is missing"}, {Detail: "is bad"}}}
	require.EqualError(t, err, "/name is missing")
	require.Equal(t, []callas.Problem{{Pointer: "/x", Detail: "y"}},
		settings.Problems([]settings.Finding{{Write: 3, Problem: callas.Problem{Pointer: "/x", Detail: "y"}}}))
}

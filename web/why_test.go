package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas"
	"callas/client"
)

// A gateShown is one line of an answer.
type gateShown struct{ state, title string }

var gateLine = regexp.MustCompile(`(?s)<li class="(ok|ko|na)">.*?<b>(?:<span class="vh">[^<]*</span>)?([^<]*)</b>`)

// gatesOf are the gates that a page shows, in its order.
func gatesOf(s shown) (gates []gateShown) {
	for _, m := range gateLine.FindAllStringSubmatch(s.body, -1) {
		gates = append(gates, gateShown{m[1], html.UnescapeString(m[2])})
	}
	return gates
}

// failing are those of them that stand in the way.
func failing(s shown) (titles []string) {
	for _, g := range gatesOf(s) {
		if g.state == "ko" {
			titles = append(titles, g.title)
		}
	}
	return titles
}

var tags = regexp.MustCompile(`(?s)<[^>]*>`)

// words are what a page says, without its markup.
func (s shown) words() string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(s.body, " "))), " ")
}

func TestWhyAnswersYesWithEveryGateInTheLawsOrder(t *testing.T) {
	got := newHouse(t).visitor("demo-supervisor").get("/why?agent=anna&service=help&target=pstn")
	require.Equal(t, http.StatusOK, got.status)
	said := got.words()
	require.Contains(t, said, "Yes Every condition holds.")
	require.Contains(t, said, "Who they will see HC Help Call Center +44 20 7946 0100")
	require.Len(t, gatesOf(got), len(callas.Gates))
	require.Equal(t, gateShown{"ok", "It is no emergency call"}, gatesOf(got)[0])
	require.Contains(t, said, "Agent: Nordhang › London › Customer Care · Service: Nordhang › London")
	require.Contains(t, said, "Allowed direction: External · Target: Phone number")
	require.Contains(t, said, "Under Day: Claims, Help Call Center")
}

func TestWhyPutsWhatStandsInTheWayFirstAndSaysWhoCanChangeIt(t *testing.T) {
	h := newHouse(t)
	path := "/why?agent=anna&service=premium&target=pstn"
	got := h.visitor("demo-supervisor").get(path)
	require.Equal(t, []gateShown{{"ko", "The service is not open for calling as."},
		{"ko", "The agent is not responsible for the service under the active duty profile."}, {"ok", "It is no emergency call"}}, gatesOf(got)[:3])
	require.Contains(t, got.words(), "No 2 things stand in the way.")
	require.Contains(t, got.body, `href="/services/premium#general"`)
	require.Contains(t, got.body, `href="/agents/anna#under-day"`)
	require.Contains(t, got.words(), "Who they will see AM Anna Meier")

	read := h.visitor("demo-auditor").get(path)
	require.Equal(t, failing(got), failing(read))
	require.NotContains(t, read.body, `href="/services/premium#general"`, "an auditor changes nothing")
	require.Contains(t, read.words(), "A supervisor can change this")
}

func TestTheSecondScenarioOfTheUseCaseIsAnswered(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	require.Equal(t, []string{"The allowed direction does not cover this target."}, failing(v.get("/why?agent=anna&service=help&target=federated")))
	got := v.get("/why?" + url.Values{"agent": {"anna"}, "service": {"help"}, "target": {"sip:customer@partner.example"}}.Encode())
	require.Equal(t, []string{"The allowed direction does not cover this target."}, failing(got))
	require.Contains(t, got.words(), "sip:customer@partner.example · Teams, Skype or SIP")
}

func TestAnEmergencySaysSoAndAsksNothingElse(t *testing.T) {
	got := newHouse(t).visitor("demo-supervisor").get("/why?agent=anna&service=help&target=112")
	require.Contains(t, got.words(), "No Emergency calls always show the caller’s own number.")
	gates := gatesOf(got)
	require.Equal(t, "ko", gates[0].state)
	for _, g := range gates[1:] {
		require.Equal(t, "na", g.state, g.title)
	}
	require.Contains(t, got.words(), "Nobody can change this")
}

func TestTheSentenceIsEditedAsAPlainForm(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	for name, tc := range map[string]struct{ form, want url.Values }{
		"a name":                      {url.Values{"agent": {"Anna Meier"}}, url.Values{"agent": {"anna"}, "service": {"help"}, "target": {"pstn"}}},
		"an extension":                {url.Values{"agent": {"2001"}, "service": {"claims"}}, url.Values{"agent": {"anna"}, "service": {"claims"}, "target": {"pstn"}}},
		"a name with the id":          {url.Values{"agent": {"Anna Meier (anna)"}}, url.Values{"agent": {"anna"}, "service": {"help"}, "target": {"pstn"}}},
		"a number that is typed":      {url.Values{"agent": {"anna"}, "target": {"internal"}, "to": {" 112 "}, "typed": {""}}, url.Values{"agent": {"anna"}, "service": {"help"}, "target": {"112"}}},
		"a class picked after typing": {url.Values{"agent": {"anna"}, "target": {"internal"}, "to": {"112"}, "typed": {"112"}}, url.Values{"agent": {"anna"}, "service": {"help"}, "target": {"internal"}}},
		"a message":                   {url.Values{"agent": {"anna"}, "modality": {"im"}}, url.Values{"agent": {"anna"}, "service": {"help"}, "target": {"pstn"}, "modality": {"im"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := v.get("/why?" + tc.form.Encode())
			require.Equal(t, http.StatusSeeOther, got.status)
			to := got.header.Get("Location")
			require.Equal(t, "/why?"+tc.want.Encode(), to)
			require.Equal(t, http.StatusOK, v.get(to).status, "which is where one stays")
			part := v.get("/why?"+tc.form.Encode(), "HX-Request", "true")
			require.Equal(t, to, part.header.Get("HX-Push-Url"))
			require.True(t, strings.HasPrefix(part.body, `<div id="why">`), part.body)
		})
	}
}

func TestWhatIsSelectedNowCanBeAskedAbout(t *testing.T) {
	h := newHouse(t)
	v := h.visitor("demo-supervisor")
	require.Contains(t, v.get("/why?agent=anna&service=%2A&target=pstn").words(), "Selected under Call As: Help Call Center")
	require.Equal(t, []string{"No duty profile is active.", "No service is selected under Call As."},
		sorted(failing(v.get("/why?agent=dora&service=%2A&target=pstn"))))
}

func TestSeveralAgentsOfANameAreAChoiceAndNobodyIsTold(t *testing.T) {
	v := newHouse(t, &callas.Agent{ID: "anna2", Name: "Anna Meier", Unit: "care", Enabled: true, Direction: callas.DirectionAll}).visitor("demo-supervisor")
	got := v.get("/why?agent=Anna+Meier")
	require.Contains(t, got.words(), "Whom do you mean?")
	require.Contains(t, got.body, `href="/why?agent=anna2&amp;`)
	require.Contains(t, v.get("/why?agent=nobody+here").words(), "There is nobody “nobody here”")
	options := v.get("/why/agents?agent=anna+me", "HX-Request", "true").body
	require.Contains(t, options, `<option value="Anna Meier (anna)">`)
	require.Contains(t, options, `<option value="Anna Meier (anna2)">`)
	require.Contains(t, v.get("/why/agents?agent=ben", "HX-Request", "true").body, `<option value="Ben`)
}

func TestAnAgentAsksAboutThemselfOnly(t *testing.T) {
	v := newHouse(t).visitor("demo-agent-anna")
	require.Equal(t, "/why?agent=anna&service=help&target=pstn", v.get("/why").header.Get("Location"))
	require.Equal(t, "/why?agent=anna&service=help&target=pstn", v.get("/why?agent=ben").header.Get("Location"))
	got := v.get("/why?agent=anna&service=help&target=pstn")
	require.Contains(t, got.words(), "May I call")
	require.Contains(t, got.words(), "Yes Every condition holds.")
	require.NotContains(t, got.body, "reasons.rego")
	require.NotContains(t, got.body, `name="agent"`)
	require.Contains(t, v.get("/why?agent=anna&service=%2A&target=pstn").words(), "Yes")
	none := newHouse(t).visitor("demo-agent-dora").get("/why?agent=dora&service=%2A&target=pstn")
	require.Contains(t, none.body, `href="/assistant"`)
	require.Equal(t, http.StatusForbidden, v.get("/why/policy?file=callas/gates/gates.rego&line=1").status)
}

func TestALineOfTheLawIsShown(t *testing.T) {
	v := newHouse(t).visitor("demo-supervisor")
	place := regexp.MustCompile(`href="(/why/policy\?[^"]+)"`).FindStringSubmatch(v.get("/why?agent=anna&service=help&target=pstn").body)
	require.NotNil(t, place)
	path := html.UnescapeString(place[1])
	got := v.get(path)
	require.Contains(t, got.body, `<span class="ln here">`)
	require.True(t, strings.HasPrefix(v.get(path, "HX-Request", "true").body, `<div class="dr">`))
	require.Equal(t, http.StatusNotFound, v.get("/why/policy?file=../secret&line=1").status)
}

func TestARecordedMomentIsExplainedAsItWasDecided(t *testing.T) {
	h := newHouse(t)
	var d callas.Decision
	h.call("anna", "sip:customer@partner.example", &d)
	require.NoError(t, h.api.Do(t.Context(), client.Request{Method: http.MethodPatch, Path: "/v1/agents/anna",
		Body: map[string]string{"direction": "all"}, Media: "application/merge-patch+json"}, nil))
	v := h.visitor("demo-supervisor")
	then := v.get("/why?at=" + d.ID)
	require.Equal(t, []string{"The allowed direction does not cover this target."}, failing(then))
	require.Contains(t, then.words(), "Anna Meier called sip:***@partner.example")
	require.Contains(t, then.words(), "Who they saw AM Anna Meier")
	now := regexp.MustCompile(`id="why-now" href="([^"]+)"`).FindStringSubmatch(then.body)
	require.NotNil(t, now)
	require.Contains(t, v.get(html.UnescapeString(now[1])).words(), "Yes Every condition holds.")
	require.Equal(t, http.StatusNotFound, h.visitor("demo-agent-ben").get("/why?at="+d.ID).status)
}

func TestWhyIsSpokenInBothLanguagesInEachState(t *testing.T) {
	h := newHouse(t)
	var d callas.Decision
	h.call("anna", "+41791234567", &d)
	for _, lang := range []string{"en", "de"} {
		for _, by := range []string{"demo-supervisor", "demo-auditor", "demo-agent-anna"} {
			v := h.visitor(by)
			for _, path := range []string{"/why", "/why?agent=anna&service=help&target=112", "/why?agent=anna&service=itdesk&target=federated&modality=im",
				"/why?agent=anna&service=nosuch&target=nonsense", "/why?agent=anna&service=%2A&target=internal&modality=video", "/why?agent=zzz", "/why?at=" + d.ID} {
				got := v.get(path, "Accept-Language", lang)
				if got.status == http.StatusSeeOther {
					got = v.get(got.header.Get("Location"), "Accept-Language", lang)
				}
				require.Equal(t, http.StatusOK, got.status, path)
				require.NotContains(t, got.body, "⟦", path)
				require.NotRegexp(t, `<script>|<style| style=| on[a-z]+=`, got.body)
			}
		}
	}
	require.Contains(t, h.visitor("demo-supervisor").get("/why?agent=anna&service=help&target=pstn", "Accept-Language", "de").words(),
		"Alle Bedingungen sind erfüllt.")
}

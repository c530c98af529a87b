//go:build e2e

package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// A no leads to the very place where it becomes a yes.
func TestWhyLeadsToWhatStandsInTheWayAndBackToYes(t *testing.T) {
	office, chromium := program.Demo(t), open(t)
	e := chromium.look(t, office.Admin, 1280, 900)
	e.signIn("demo-supervisor", "/why?agent=anna&service=help&target=pstn")
	says := func(verdict string) {
		e.becomes(`document.querySelector("#verdict")?.textContent == "`+verdict+`" && !document.querySelector(".htmx-request")`, "the answer is "+verdict)
	}
	choose := func(slot, value string) {
		js[int](e, `{const s = document.querySelector("#`+slot+`"); s.value = "`+value+`"; s.dispatchEvent(new Event("change", {bubbles: true})); 0}`)
	}
	says("Yes")
	require.Equal(t, "Help Call Center", e.text("#answer .stage-n"))

	choose("why-target", "internal")
	says("No")
	require.Equal(t, "One thing stands in the way.", e.text("#answer .verdict p"))
	require.Contains(t, e.text("#answer .checks li.ko"), "Allowed direction: External")
	e.do(chromedp.Click("#answer .checks li.ko em a"))
	e.becomes(`location.pathname + location.hash == "/agents/anna#dir-h" && `+powered, "at the very place")
	require.True(t, js[bool](e, `(r => r.top >= 0 && r.bottom <= innerHeight)(document.querySelector("#dir-h").getBoundingClientRect())`), "which is seen")
	e.do(chromedp.Click("label:has(#dir-all)"))
	e.becomes(`document.querySelector("#agent .saved").textContent.includes("live everywhere")`, "changed")
	e.do(chromedp.NavigateBack())
	e.becomes(`location.pathname == "/why" && `+powered, "back")
	choose("why-target", "internal")
	says("Yes")

	choose("why-service", "premium")
	says("No")
	e.do(chromedp.Click(`#answer .checks a[href="/services/premium#general"]`))
	e.becomes(`location.pathname + location.hash == "/services/premium#general" && `+powered, "at the switch")
	e.do(chromedp.Click("#call-as-enabled"))
	e.becomes(`document.querySelector("#done .saved") != null`, "changed")
	e.open("/why?agent=anna&service=premium&target=internal")
	says("No")
	e.do(chromedp.Click(`#answer .checks a[href="/agents/anna#under-day"]`))
	e.becomes(`document.querySelector("#resp-day-premium") != null && document.querySelector("#under-day:target") != null && `+powered, "at the duty profile")
	e.do(chromedp.Click("label:has(#resp-day-premium)"))
	e.becomes(`document.querySelector("#agent .saved").textContent.includes("live everywhere")`, "changed")
	e.open("/why?agent=anna&service=premium&target=internal")
	says("Yes")
}

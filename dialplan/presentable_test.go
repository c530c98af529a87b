package dialplan_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPresentableNumbers(t *testing.T) {
	plan := nordhang(t)
	for _, e164 := range []string{
		"+442079460100", "+442079460104", "+442079460201", "+441134960112", "+41445550100", "+4930231251234", "+43158058",
		"+12125550123", "+33199001234", "+18005550123", "+448081570123", "+80012345678",
	} {
		require.NoError(t, plan.CheckPresentable(e164), e164)
	}
}

func TestNumbersThatMustNotBePresented(t *testing.T) {
	plan := nordhang(t)
	for _, tc := range []struct{ name, number, want string }{
		{"nothing", "", `is missing: write it in E.164, such as +442079460100`},
		{"a national number", "020 7946 0100", `"020 7946 0100" is not in E.164 (did you mean "+442079460100"?)`},
		{"a number with spaces", "+44 20 7946 0100", `"+44 20 7946 0100" is not in E.164 (did you mean "+442079460100"?)`},
		{"a number with its national prefix", "+4402079460100", `"+4402079460100" is not in E.164 (did you mean "+442079460100"?)`},
		{"a URI", "tel:+442079460100", `"tel:+442079460100" is not in E.164 (did you mean "+442079460100"?)`},
		{"a line break", "+442079460100\r\n", `"+442079460100\r\n" is not in E.164 (did you mean "+442079460100"?)`},
		{"a word", "help", `"help" is not in E.164: write + and country code and digits only, such as +442079460100`},
		{"an emergency number", "112", `"112" is an emergency number, which nobody calls from: enter a number at which the service answers`},
		{"an emergency number behind a code", "+44999", `"+44999" is an emergency number, which nobody calls from: enter a number at which the service answers`},
		{"a short number", "118500", `"118500" is a short number, which others cannot call back: enter the full number with + and country code, such as +442079460100`},
		{"an extension", "2001", `"2001" is a short number, which others cannot call back: enter the full number with + and country code, such as +442079460100`},
		{"an unknown country code", "+999123456", `"+999123456" has no country code that is in use: check the digits behind the +`},
		{"too few digits", "+44207946", `"+44207946" has too few or too many digits for a number of GB: check them`},
		{"too many digits", "+44207946010000", `"+44207946010000" has too few or too many digits for a number of GB: check them`},
		{"too few digits behind a code of no country", "+8001234", `"+8001234" has too few or too many digits for a number of +800: check them`},
		{"a range that is not in use", "+447700900123", `"+447700900123" lies in no range of GB that is in use: check its digits`},
		{"a British premium number", "+449098790123", `"+449098790123" costs its caller extra and must not be shown: enter an ordinary number of the service`},
		{"a British revenue-share number", "+448712345678", `"+448712345678" costs its caller extra and must not be shown: enter an ordinary number of the service`},
		{"a Swiss premium number", "+41900123456", `"+41900123456" costs its caller extra and must not be shown: enter an ordinary number of the service`},
		{"an American premium number", "+19002345678", `"+19002345678" costs its caller extra and must not be shown: enter an ordinary number of the service`},
		{"a German mass-traffic number", "+491371234567", `"+491371234567" costs its caller extra and must not be shown: enter an ordinary number of the service`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.EqualError(t, plan.CheckPresentable(tc.number), tc.want)
		})
	}
}

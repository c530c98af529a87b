package dialplan

import (
	"fmt"
	"strings"

	"callas"

	"github.com/nyaruka/phonenumbers"
)

// CheckPresentable reports why a service must not show a number, and what to do.
// It is asked when a number is entered. The number must be in E.164, as it is
// stored and sent; valid, which is more than the possible that a target must be,
// because whoever sees it wants to call back (Ofcom General Condition C6); and
// neither an emergency nor a short number, nor one that costs its caller extra
// (TKG section 120(2): premium rate and mass-traffic services).
func (p *Plan) CheckPresentable(e164 string) error {
	if e164 == "" {
		return fmt.Errorf("is missing: write it in E.164, such as +442079460100")
	}
	t := p.Classify(e164)
	if t.Class == callas.Emergency {
		return fmt.Errorf("%q is an emergency number, which nobody calls from: enter a number at which the service answers", e164)
	}
	digits, plus := strings.CutPrefix(e164, "+")
	if !plus || !onlyDigits(digits) || t.Number != "" && t.Number != e164 {
		if strings.HasPrefix(t.Number, "+") {
			return fmt.Errorf("%q is not in E.164 (did you mean %q?)", e164, t.Number)
		}
		if onlyDigits(e164) && len(e164) < shortestBare {
			return fmt.Errorf("%q is a short number, which others cannot call back: enter the full number with + and country code, such as +442079460100", e164)
		}
		return fmt.Errorf("%q is not in E.164: write + and country code and digits only, such as +442079460100", e164)
	}
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return fmt.Errorf("%q has no country code that is in use: check the digits behind the +", e164)
	}
	if phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE {
		return fmt.Errorf("%q has too few or too many digits for a number of %s: check them", e164, place(n))
	}
	if !phonenumbers.IsValidNumber(n) {
		return fmt.Errorf("%q lies in no range of %s that is in use: check its digits", e164, place(n))
	}
	if costsExtra(n) {
		return fmt.Errorf("%q costs its caller extra and must not be shown: enter an ordinary number of the service", e164)
	}
	return nil
}

// costsExtra reports a premium-rate number, or a German mass-traffic one, which
// libphonenumber counts as shared cost.
func costsExtra(n *phonenumbers.PhoneNumber) bool {
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.PREMIUM_RATE:
		return true
	case phonenumbers.SHARED_COST:
		national := phonenumbers.GetNationalSignificantNumber(n)
		return n.GetCountryCode() == 49 && (strings.HasPrefix(national, "137") || strings.HasPrefix(national, "138"))
	}
	return false
}

// place names a number's country for an error.
func place(n *phonenumbers.PhoneNumber) string {
	code := int(n.GetCountryCode())
	if country := phonenumbers.GetRegionCodeForCountryCode(code); country != "001" {
		return country
	}
	return fmt.Sprintf("+%d", code)
}

package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"callas"
)

// A numberForm is one number's fields. The last of a form is blank, to add one.
type numberForm struct {
	Index                              int
	E164, Countries, Evidence, Expires string
	Status                             callas.RightStatus
	Default, Blank                     bool
	At                                 string // its place among those that were sent, as pointers name it
}

func blankNumber(i int) numberForm {
	return numberForm{Index: i, Status: callas.RightPending, Blank: true, At: "-"}
}

// Statuses of a right of use, as a list to choose from.
func (n numberForm) Statuses() []callas.RightStatus {
	return []callas.RightStatus{callas.RightVerified, callas.RightPending, callas.RightExpired, callas.RightRevoked}
}

// sentNumbers reads the numbers of a form: as they are to be and, into form, as they were
// typed.
func (v *visit) sentNumbers(f url.Values, was map[string]any, form *serviceForm) []callas.Number {
	n, _ := strconv.Atoi(f.Get("numbers")) // what is no number is none
	numbers, typed := []callas.Number{}, []numberForm{}
	for i := range min(n, maxNumberForms) {
		get := func(name string) string { return strings.TrimSpace(f.Get("n." + strconv.Itoa(i) + "." + name)) }
		one := numberForm{Index: i, E164: bare(get("e164")), Countries: get("countries"), Evidence: get("evidence"), Expires: get("expires"),
			Status: callas.RightStatus(get("status")), Default: f.Get("default") == strconv.Itoa(i), At: "-"}
		if one.E164 == "" && one.Countries == "" && one.Evidence == "" && one.Expires == "" && !one.Default || get("remove") != "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, one.Expires); one.Expires != "" && err != nil {
			form.Wrong["/numbers/"+strconv.Itoa(len(numbers))+"/right_of_use/expires"] = v.say("number.bad_date")
		}
		one.At = strconv.Itoa(len(numbers))
		numbers = append(numbers, callas.Number{E164: one.E164, Countries: countries(one.Countries), Default: one.Default,
			RightOfUse: callas.RightOfUse{Status: one.Status, Evidence: one.Evidence, Expires: v.expiry(one.Expires, before(was, one.E164))}})
		typed = append(typed, one)
	}
	for i := range typed {
		typed[i].Index = i
	}
	form.Numbers = append(typed, blankNumber(len(typed)))
	return numbers
}

// maxNumberForms bounds how many numbers a form is read for; the API says how many a
// service may have.
const maxNumberForms = 500

// bare takes out what people put between digits to read them.
func bare(number string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "-", "", "–", "", "(", "", ")", "", "/", "").Replace(strings.TrimSpace(number))
}

// countries reads "ch, de" or "CH DE".
func countries(s string) []string {
	out := strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\t' })
	return slices.Compact(append([]string{}, out...))
}

// date is the day on which a right of use ends, as a date field has it.
func (v *visit) date(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(v.web.Zone).Format(time.DateOnly)
}

// expiry is the moment when a right of use ends, of the day on which it does: that day's
// last second, or the moment that it had where the day is the same.
func (v *visit) expiry(day string, was *time.Time) *time.Time {
	if was != nil && v.date(was) == day {
		return was
	}
	t, err := time.ParseInLocation(time.DateOnly, day, v.web.Zone)
	if err != nil {
		return nil
	}
	end := t.AddDate(0, 0, 1).Add(-time.Second).UTC()
	return &end
}

// before is when a number's right of use ended as the form found it.
func before(was map[string]any, e164 string) *time.Time {
	list, _ := was["numbers"].([]any)
	for _, item := range list {
		number, _ := item.(map[string]any)
		right, _ := number["right_of_use"].(map[string]any)
		at, _ := right["expires"].(string)
		if t, err := time.Parse(time.RFC3339Nano, at); err == nil && number["e164"] == e164 {
			return &t
		}
	}
	return nil
}

// spellNumbers writes numbers in one line: +44 20 7946 0100 (verified, GB).
func (v *visit) spellNumbers(value any) string {
	var numbers []callas.Number
	if !reshape(value, &numbers) || len(numbers) == 0 {
		return "–"
	}
	out := make([]string, len(numbers))
	for i, n := range numbers {
		said := []string{v.say("number.right." + string(n.RightOfUse.Status))}
		if n.Default {
			said = append(said, v.say("number.default"))
		}
		if n.RightOfUse.Expires != nil {
			said = append(said, v.say("number.until", v.day(n.RightOfUse.Expires.In(v.web.Zone))))
		}
		out[i] = v.web.Spell(n.E164) + " (" + strings.Join(append(said, n.Countries...), ", ") + ")"
	}
	return strings.Join(out, "; ")
}

package web

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"callas"
)

// A serviceForm is a service's fields as its forms show them: as they are, or as they were
// sent and not taken.
type serviceForm struct {
	formState
	ID, Name, DisplayName, Unit, URI, Asserted string

	Hue     int
	Numbers []numberForm
}

// What each tab's form changes.
var serviceFields = map[string][]string{
	"general":      {"name", "unit", "numbers", "asserted"},
	"presentation": {"display_name", "uri", "hue"},
}

func (v *visit) serviceForm(s callas.Service, tab string) *serviceForm {
	f := &serviceForm{ID: s.ID, Name: s.Name, DisplayName: s.DisplayName, Unit: s.Unit, URI: s.URI, Asserted: s.Asserted, Hue: s.Hue,
		formState: formStateOf(s, s.Rev, serviceFields[tab]...)}
	for i, n := range s.Numbers {
		f.Numbers = append(f.Numbers, numberForm{Index: i, E164: n.E164, Countries: strings.Join(n.Countries, " "), Default: n.Default,
			Status: n.RightOfUse.Status, Evidence: n.RightOfUse.Evidence, Expires: v.date(n.RightOfUse.Expires), At: strconv.Itoa(i)})
	}
	f.Numbers = append(f.Numbers, blankNumber(len(s.Numbers)))
	return f
}

// AtNumber is what is wrong with a number's field.
func (f *serviceForm) AtNumber(n numberForm, field string) string {
	return f.Wrong["/numbers/"+n.At+"/"+field]
}

// sentService reads a form's fields. What it does not have stays as it is: fields that may
// not be changed are not sent.
func (v *visit) sentService(f url.Values, was map[string]any) (is map[string]any, form *serviceForm) {
	is, form = map[string]any{}, &serviceForm{formState: formState{Wrong: mistake{}}}
	for key, to := range map[string]*string{"name": &form.Name, "unit": &form.Unit, "display_name": &form.DisplayName, "uri": &form.URI} {
		if f.Has(key) {
			*to = strings.TrimSpace(f.Get(key))
			is[key] = *to
		}
	}
	if f.Has("asserted") {
		form.Asserted = bare(f.Get("asserted"))
		is["asserted"] = form.Asserted
	}
	if f.Has("hue") {
		form.Hue, _ = strconv.Atoi(f.Get("hue")) // what is no number is no hue
		is["hue"] = form.Hue
	}
	if f.Has("numbers") {
		is["numbers"] = v.sentNumbers(f, was, form)
	}
	return is, form
}

// spellService writes a service's field as people read it.
func (v *visit) spellService(tree *unitTree) func(key string, value any) string {
	return func(key string, value any) string {
		switch key {
		case "unit":
			s, _ := value.(string)
			return tree.Name(s)
		case "hue":
			return v.say("service.hue_n", value)
		case "numbers":
			return v.spellNumbers(value)
		case "asserted":
			s, _ := value.(string)
			return cmp.Or(v.web.Spell(s), "–")
		}
		s, _ := value.(string)
		return cmp.Or(s, "–")
	}
}

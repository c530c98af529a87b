package settings

import (
	"net/url"
	"slices"
	"strconv"

	"callas"
	"callas/hint"
	"callas/state"
)

// A Filter selects rows of one kind. Its zero value selects all; what is said must all
// hold. Which fields say something depends on the kind.
type Filter struct {
	Q           string           `json:"q,omitempty"`           // every kind: words that are all in its name, id, aliases or numbers
	Unit        string           `json:"unit,omitempty"`        // every kind: in this unit or below it
	Direction   callas.Direction `json:"direction,omitempty"`   // agents
	Enabled     *bool            `json:"enabled,omitempty"`     // agents switched on; services with the call-as switch on
	Responsible string           `json:"responsible,omitempty"` // agents responsible for this service, under any profile
	Profile     string           `json:"profile,omitempty"`     // agents who have this profile
	OnDuty      string           `json:"on_duty,omitempty"`     // agents who have this profile active
	MayCallAs   string           `json:"may_call_as,omitempty"` // agents to whom this service is available now; AnyService: at least one
	CallingAs   string           `json:"calling_as,omitempty"`  // agents whose calls go out as this service now; AnyService: as one
	Service     string           `json:"service,omitempty"`     // profiles that are part of this service
}

// AnyService is said instead of a service to filter by any. No service has it as its id.
const AnyService = "any"

// filterFields lists what a filter of a kind may say.
func filterFields(k callas.Kind) []string {
	switch k {
	case callas.KindAgent:
		return []string{"q", "unit", "direction", "enabled", "responsible", "profile", "on_duty", "may_call_as", "calling_as"}
	case callas.KindService:
		return []string{"q", "unit", "enabled"}
	case callas.KindProfile:
		return []string{"q", "unit", "service"}
	}
	return []string{"q", "unit"}
}

// A Query asks for one page of rows.
type Query struct {
	Kind    callas.Kind
	Filter  Filter
	Visible Sight
	Cursor  string // a page's Next; empty: from the beginning
	Limit   int    // 0: DefaultPage
}

// ParseQuery reads a query from a URL: ?unit=london&q=meier&limit=20&cursor=...
func ParseQuery(k callas.Kind, values url.Values) (Query, []callas.Problem) {
	q := Query{Kind: k}
	object := map[string]any{}
	var problems []callas.Problem
	for key, all := range values {
		at := "/" + escape(key)
		if len(all) > 1 {
			problems = append(problems, problem(at, "is given twice")...)
			continue
		}
		value := all[0]
		switch key {
		case "cursor":
			q.Cursor = value
			if _, err := lastSeen(value); err != nil {
				problems = append(problems, problem(at, "%v", err)...)
			}
		case "limit":
			n, err := strconv.Atoi(value)
			if q.Limit = n; err != nil || n < 1 || n > MaxPage {
				problems = append(problems, problem(at, "%q is no number of rows: use 1 to %d", value, MaxPage)...)
			}
		case "enabled":
			on, err := strconv.ParseBool(value)
			if object[key] = on; err != nil {
				problems = append(problems, problem(at, "%q is neither true nor false", value)...)
			}
		default:
			object[key] = value
		}
	}
	var found []callas.Problem
	q.Filter, found = filterOf(k, object, "cursor", "limit")
	return q, append(problems, found...)
}

// filterOf reads a filter from parsed JSON; also are further words for the hint.
func filterOf(k callas.Kind, parsed any, also ...string) (Filter, []callas.Problem) {
	var f Filter
	object, ok := parsed.(map[string]any)
	if !ok {
		return f, problem("", "wants an object, not %s", named(parsed))
	}
	fields := filterFields(k)
	var problems []callas.Problem
	for key := range object {
		if !slices.Contains(fields, key) {
			hint := hint.DidYouMean(key, slices.Values(append(slices.Clone(fields), also...)))
			problems = append(problems, problem("/"+escape(key), "unknown filter %q of %ss%s", key, k, hint)...)
		}
	}
	if len(problems) == 0 {
		problems = bind(object, &f)
	}
	if len(f.Q) > MaxQuery {
		problems = append(problems, problem("/q", "is %d bytes long: at most %d", len(f.Q), MaxQuery)...)
	}
	r := rules{found: &findings{}}
	if f.Direction != "" {
		oneOf(r, f.Direction, callas.Directions, "/direction")
	}
	problems = append(problems, Problems(r.found.list)...)
	slices.SortFunc(problems, byPointer)
	return f, problems
}

// check finds what a filter names and is not there: an empty page would hide a typing error.
func (f Filter) check(sn *state.Snapshot, see Sight) error {
	var problems []callas.Problem
	need := func(k callas.Kind, id, pointer string) {
		if id != "" && sn.Row(k, id) == nil {
			problems = append(problems, problem(pointer, "%s", see.missing(sn, k, id))...)
		}
	}
	need(callas.KindUnit, f.Unit, "/unit")
	need(callas.KindService, f.Responsible, "/responsible")
	need(callas.KindProfile, f.Profile, "/profile")
	need(callas.KindProfile, f.OnDuty, "/on_duty")
	for _, named := range []struct{ service, pointer string }{{f.MayCallAs, "/may_call_as"}, {f.CallingAs, "/calling_as"}} {
		if named.service != AnyService {
			need(callas.KindService, named.service, named.pointer)
		}
	}
	need(callas.KindService, f.Service, "/service")
	if len(problems) > 0 {
		return &Invalid{problems}
	}
	return nil
}

package rowfile

import (
	"slices"
	"strings"

	"callas"
	"callas/hint"
)

// check tells what is wrong with a row as it stands by itself.
func check(row callas.Row, problem func(format string, args ...any)) {
	on := func(name string, err error) {
		if err != nil {
			problem("%s %s", name, err)
		}
	}
	on("id", callas.CheckID(row.Key()))
	uri := func(name, s string) {
		if s != "" {
			on(name, callas.CheckURI(s))
		}
	}
	switch r := row.(type) {
	case *callas.Unit:
		on("name", callas.CheckName(r.Name))
	case *callas.Service:
		for i := range r.Numbers {
			if r.Numbers[i].Countries == nil {
				r.Numbers[i].Countries = []string{}
			}
		}
		on("name", callas.CheckName(r.Name))
		if r.DisplayName != "" {
			on("display_name", callas.CheckName(r.DisplayName))
		}
		on("unit", callas.CheckID(r.Unit))
		uri("uri", r.URI)
	case *callas.Profile:
		on("name", callas.CheckName(r.Name))
	case *callas.Agent:
		on("name", callas.CheckName(r.Name))
		on("unit", callas.CheckID(r.Unit))
		uri("uri", r.URI)
		checkDirection(r.Direction, problem)
	}
}

func checkDirection(d callas.Direction, problem func(format string, args ...any)) {
	if slices.Contains(callas.Directions, d) {
		return
	}
	known := words(callas.Directions)
	near := ""
	if n := hint.Nearest(string(d), slices.Values(known)); n != "" {
		near = " (did you mean \"" + n + "\"?)"
	}
	problem("direction %q is none of %s%s", d, strings.Join(known, ", "), near)
}

package source

import (
	"reflect"
	"time"

	"callas"
)

// Canonical returns a deep copy of a row in the one form that every backend keeps: lists
// and maps that JSON shows are empty rather than null, those that JSON leaves out
// when empty are nil, and times are Moments. What comes back from a backend is
// therefore equal to what it was given, whichever way it comes.
func Canonical(row callas.Row) callas.Row {
	switch row := row.WithRevision(row.Revision()).(type) {
	case *callas.Unit:
		row.Locked = orNil(row.Locked)
		return row
	case *callas.Service:
		row.Locked = orNil(row.Locked)
		row.Numbers = append([]callas.Number{}, row.Numbers...)
		for i, n := range row.Numbers {
			row.Numbers[i].Countries = orEmpty(n.Countries)
			row.Numbers[i].RightOfUse.Expires = moment(n.RightOfUse.Expires)
		}
		return row
	case *callas.Profile:
		row.Locked = orNil(row.Locked)
		row.Services = orEmpty(row.Services)
		return row
	case *callas.Agent:
		row.Locked = orNil(row.Locked)
		row.Aliases, row.Profiles = orEmpty(row.Aliases), orEmpty(row.Profiles)
		responsible := make(map[string][]string, len(row.Responsible))
		for profile, services := range row.Responsible {
			responsible[profile] = orEmpty(services)
		}
		row.Responsible = responsible
		return row
	case *callas.Session:
		row.Locked = orNil(row.Locked)
		row.Since, row.ExpiresAt = Moment(row.Since), moment(row.ExpiresAt)
		return row
	case *callas.AccessToken:
		row.Locked = orNil(row.Locked)
		row.Principal.Units = orNil(row.Principal.Units)
		row.CreatedAt, row.ExpiresAt = Moment(row.CreatedAt), moment(row.ExpiresAt)
		return row
	default:
		return row
	}
}

// Same reports whether two canonical rows say the same, whenever they were written.
func Same(a, b callas.Row) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return reflect.DeepEqual(a.WithRevision(0), b.WithRevision(0))
}

func orEmpty(list []string) []string { return append([]string{}, list...) }

func orNil(list []string) []string { return append([]string(nil), list...) }

func moment(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	m := Moment(*t)
	return &m
}

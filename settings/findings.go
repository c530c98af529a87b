package settings

import (
	"cmp"
	"fmt"
	"slices"

	"callas"
)

// findings gathers what is wrong: all of it is counted, the first MaxFindings are kept.
type findings struct {
	list  []Finding
	total int
}

// add notes a problem of a write. The detail is written only if it will be kept.
func (f *findings) add(write int, pointer string, detail func() string) {
	f.total++
	if len(f.list) < MaxFindings {
		f.list = append(f.list, Finding{write, callas.Problem{Pointer: pointer, Detail: detail()}})
	}
}

func (f *findings) addf(write int, pointer, format string, args ...any) {
	f.add(write, pointer, func() string { return fmt.Sprintf(format, args...) })
}

// merge takes over what was found elsewhere.
func (f *findings) merge(more findings) {
	f.total += more.total
	room := min(len(more.list), MaxFindings-len(f.list))
	f.list = append(f.list, more.list[:room]...)
}

func (f *findings) sort() {
	slices.SortStableFunc(f.list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Write, b.Write), cmp.Compare(a.Pointer, b.Pointer))
	})
}

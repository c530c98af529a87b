package settings

import (
	"reflect"

	"callas"
	"callas/dialplan"
	"callas/source"
	"callas/state"
)

// An Import is what whole rows and deletions come to on a snapshot.
type Import struct {
	Created   int
	Changed   int
	Unchanged int
	Deleted   int

	// Series are the least writes that do it, what follows from them included, as one
	// changeset each: what a row refers to is there before it, and goes after it.
	Series [][]source.Write

	Findings []Finding // the first MaxFindings; their writes are those of the batch
	Errors   int       // all of them; without any there is a series
}

// NewImport compares whole rows, and deletions (a nil Row), in any order, with a
// snapshot. A row's source and locked fields may be left out; who owns a row that exists
// cannot be changed this way. Deleting what is not there leaves things unchanged.
func NewImport(sn *state.Snapshot, plan *dialplan.Plan, see Sight, batch []source.Write) *Import {
	im := &Import{}
	found := &findings{}
	d := diff{sn: sn, found: found, seen: make(map[callas.Kind]map[string]int)}
	for i, w := range batch {
		d.compare(i, w, im)
	}
	full, wrong := admit(sn, plan, see, d.writes)
	for i := range wrong.list {
		wrong.list[i].Write = d.from[wrong.list[i].Write]
	}
	found.merge(*wrong)
	found.sort()
	im.Findings, im.Errors = found.list, found.total
	if im.Errors == 0 {
		im.Series = Split(sn, full)
	}
	return im
}

// diff works out the least writes.
type diff struct {
	sn     *state.Snapshot
	found  *findings
	seen   map[callas.Kind]map[string]int
	writes []source.Write
	from   []int // the batch's index of each write
}

func (d *diff) compare(i int, w source.Write, im *Import) {
	if d.seen[w.Kind] == nil {
		d.seen[w.Kind] = map[string]int{}
	}
	if _, twice := d.seen[w.Kind][w.ID]; twice {
		d.found.addf(i, "", "%s %q is in the import twice: keep one of the two", w.Kind, w.ID)
		return
	}
	d.seen[w.Kind][w.ID] = i
	is := d.sn.Row(w.Kind, w.ID)
	if w.Row != nil {
		w.Row = owned(is, Normal(w.Row))
	}
	switch {
	case is == nil && w.Row == nil, is != nil && w.Row != nil && (reflect.DeepEqual(is, w.Row) || Same(is, w.Row)):
		im.Unchanged++
		return
	case is == nil:
		im.Created++
		w.If = source.Absent
	default:
		for _, p := range unowned(is, w.Row) {
			d.found.addf(i, p.Pointer, "%s", p.Detail)
		}
		w.If = source.At(is.Revision())
		if w.Row == nil {
			im.Deleted++
		} else {
			im.Changed++
		}
	}
	d.writes = append(d.writes, w)
	d.from = append(d.from, i)
}

// owned fills in whose a row is where the import leaves it open, and drops its revision.
func owned(is, row callas.Row) callas.Row {
	row = row.WithRevision(0) // a copy
	if is == nil || is.Kind() != row.Kind() {
		return row
	}
	meta := metaIn(row)
	if meta.Source == "" && len(meta.Locked) == 0 {
		*meta = normalMeta(metaOf(is))
	}
	meta.Rev = is.Revision()
	return row
}

// unowned finds what an import may not do to a row that another importer keeps.
func unowned(is, row callas.Row) []callas.Problem {
	if row == nil {
		return Locked(is, nil)
	}
	if row.Kind() != is.Kind() {
		return nil // the row's own rules say so
	}
	return unsettled(is, row)
}

package settings

import (
	"callas"
	"callas/source"
	"callas/state"
)

// Undo turns a changeset round: the writes that bring every row back to what it was,
// each conditional on the row still being as the changeset left it. Where rows have been
// edited since, it returns those instead, and nothing can be undone without losing what
// others did.
//
// Sessions are the agents' own: one that has moved on since is left as it is, as long as
// something else remains to be undone. So is every sign-in and link: one that has ended
// must not let its holder in again. The writes are for Admit, which tells what can no
// longer be brought back, such as an agent in a unit that has gone.
func Undo(sn *state.Snapshot, cs callas.Changeset) (writes []source.Write, edited []callas.Row) {
	var moved []callas.Row
	for _, e := range cs.Edits {
		is := sn.Row(e.Kind, e.ID)
		w := source.Write{Kind: e.Kind, ID: e.ID, Row: e.Before, If: source.Absent}
		if e.After != nil {
			w.If = source.At(cs.Token.Revision)
		}
		have := int64(0)
		if is != nil {
			have = is.Revision()
		}
		switch {
		case letsIn(e):
			moved = append(moved, asRow(is, e))
		case w.If.Check(e.Kind, e.ID, have) == nil:
			writes = append(writes, w)
		case e.Kind == callas.KindSession:
			moved = append(moved, asRow(is, e))
		default:
			edited = append(edited, asRow(is, e))
		}
	}
	if len(edited) > 0 {
		return nil, edited
	}
	if len(writes) == 0 {
		return nil, moved
	}
	return writes, nil
}

// letsIn reports whether an edit is of a sign-in or a link.
func letsIn(e callas.Edit) bool {
	for _, row := range []callas.Row{e.Before, e.After} {
		if token, ok := row.(*callas.AccessToken); ok && token.Use != callas.UseToken {
			return true
		}
	}
	return false
}

// asRow is the row as it is now, or as the changeset had it where it has gone.
func asRow(is callas.Row, e callas.Edit) callas.Row {
	switch {
	case is != nil:
		return is
	case e.After != nil:
		return e.After
	}
	return e.Before
}

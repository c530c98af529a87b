package source

import (
	"errors"
	"fmt"

	"callas"
)

var (
	// ErrUnknownToken means that a token is no moment of this log: it is from
	// another installation, or from a time that a restored backup has undone.
	ErrUnknownToken = errors.New("the token is not from this log")

	// ErrAway means that the source cannot be reached. Nothing is queued: try again
	// with the same RequestID.
	ErrAway = errors.New("the source is away")

	// ErrTooLarge means that a commit is over MaxWrites or MaxBody.
	ErrTooLarge = errors.New("too large for one changeset")
)

// A Conflict means that a row is not as the writer believed.
type Conflict struct {
	Kind callas.Kind
	ID   string
	Want int64 // the revision asked for; 0: that there be no such row
	Have int64 // the row's revision; 0: there is no such row
}

// Error tells what the row is instead.
func (c *Conflict) Error() string {
	switch {
	case c.Have == 0:
		return fmt.Sprintf("%s %s does not exist; it was expected as of revision %d", c.Kind, c.ID, c.Want)
	case c.Want == 0:
		return fmt.Sprintf("%s %s already exists, written at revision %d", c.Kind, c.ID, c.Have)
	}
	return fmt.Sprintf("%s %s was changed at revision %d, after revision %d, which the writer read", c.Kind, c.ID, c.Have, c.Want)
}

// A Violation means that a write would leave rows that do not fit together: it
// refers to what is not there, deletes what is in use, or takes what is taken.
type Violation struct {
	Kind   callas.Kind
	ID     string
	Detail string // what is wrong with the row, such as: unit "care" does not exist
}

// Error tells the row and what is wrong with it.
func (v *Violation) Error() string { return fmt.Sprintf("%s %s: %s", v.Kind, v.ID, v.Detail) }

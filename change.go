package callas

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Role says what kind of person or program asks for a change.
type Role string

// The roles. What each may do is policy (callas.change).
const (
	RoleAgent      Role = "agent"
	RoleSupervisor Role = "supervisor"
	RoleAuditor    Role = "auditor"
	RoleAdmin      Role = "admin"
	RolePlatform   Role = "platform" // a telephony platform asking /v1/resolve
)

// Roles lists every role.
var Roles = []Role{RoleAgent, RoleSupervisor, RoleAuditor, RoleAdmin, RolePlatform}

// A Principal is who is asking.
type Principal struct {
	Name  string   `json:"name"`
	Role  Role     `json:"role"`
	Units []string `json:"units,omitempty"` // a supervisor's units: these and all below
	Agent string   `json:"agent,omitempty"` // whose own session an agent may change
}

// A Change is the second question: may By do this to that setting?
type Change struct {
	By     Principal `json:"by"`
	Action Action    `json:"action"`
	Kind   Kind      `json:"kind"`
	ID     string    `json:"id"`
	Before Row       `json:"before"`           // nil: the row is created
	After  Row       `json:"after"`            // nil: the row is deleted
	Fields []string  `json:"fields,omitempty"` // those in which the rows differ, sorted; empty: the judge finds them
	Undoes *Undoing  `json:"undoes,omitempty"` // what is taken back by it; nil: nothing
}

// An Undoing tells of the change that an edit takes back: it brings the row back to what it
// was before, and nobody has edited the row since.
type Undoing struct {
	Own      bool              `json:"own"`      // By made that change, by the name in the audit trail
	Followed bool              `json:"followed"` // nobody asked for this edit: it followed from what was deleted, or brought back
	Services map[string]string `json:"services"` // that come back with it, and the unit that each is in
}

// An Action is what is done to a setting.
type Action string

// The actions.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"

	// Reveal is to be shown in clear whom a recorded call was for. It is of KindDecision,
	// which is no kind of row.
	Reveal Action = "reveal"
)

// An Edit is one row as a changeset moved it.
type Edit struct {
	Kind   Kind
	ID     string
	Before Row // nil: created
	After  Row // nil: deleted
}

// A Changeset is one atomic edit of the settings: all of it or nothing.
type Changeset struct {
	Token  Token     // the moment after it
	At     time.Time // when it was committed
	Actor  string    // who
	Origin string    // through what: api, cli, import, demo, undo, sign-in, expiry
	Reason string    // why, in the actor's words
	Edits  []Edit
}

type editJSON struct {
	Kind   Kind            `json:"kind"`
	ID     string          `json:"id"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// MarshalJSON writes {"kind","id","before"?,"after"?}.
func (e Edit) MarshalJSON() ([]byte, error) {
	out := editJSON{Kind: e.Kind, ID: e.ID}
	var err error
	if e.Before != nil {
		if out.Before, err = json.Marshal(e.Before); err != nil {
			return nil, err
		}
	}
	if e.After != nil {
		if out.After, err = json.Marshal(e.After); err != nil {
			return nil, err
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Edit) UnmarshalJSON(b []byte) error {
	var in editJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	e.Kind, e.ID = in.Kind, in.ID
	var err error
	if e.Before, err = decodeRow(in.Kind, in.Before); err != nil {
		return err
	}
	e.After, err = decodeRow(in.Kind, in.After)
	return err
}

func decodeRow(k Kind, b json.RawMessage) (Row, error) {
	if len(b) == 0 {
		return nil, nil
	}
	row := NewRow(k)
	if row == nil {
		return nil, fmt.Errorf("edit: unknown kind %q", k)
	}
	return row, json.Unmarshal(b, row)
}

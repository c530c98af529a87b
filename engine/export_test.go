package engine

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas"
	"callas/state"
)

// Shown is a row as policies read it, as plain JSON values.
func Shown(sn *state.Snapshot, now time.Time, age time.Duration, row callas.Row) (any, error) {
	return ast.JSON((&moment{Snapshot: sn, now: now, age: age}).show(row))
}

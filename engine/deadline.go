package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A deadline is what stops an evaluation. A compiled question asks it at every rule, turn of
// a loop and builtin that is not a matter of nanoseconds, OPA before every expression: so no
// timer has to be set for a question that takes microseconds.
type deadline struct {
	ctx   context.Context
	start time.Time
	limit time.Duration
	asked uint
	gone  bool // somebody was told so, and may have left off half way
}

// lookEvery is how often asking looks at the clock: at most about every ten microseconds.
const lookEvery = 32

// Cancel is required by OPA, which never calls it: the deadline is reached by itself.
func (*deadline) Cancel() {}

// Cancelled reports whether nobody waits for the answer any more.
func (d *deadline) Cancelled() bool {
	d.asked++
	d.gone = d.gone || d.asked%lookEvery == 0 && (d.over() || d.ctx.Err() != nil)
	return d.gone
}

func (d *deadline) over() bool { return time.Since(d.start) > d.limit }

// yields reports whether a question never does much between two looks at the time: it
// calls only builtins whose work is in proportion to the values that they are given. Asked
// where it stands it takes a quarter less than beside its caller. What is trusted is that
// its author does not nest a value in itself some thirty times and compare the outcome:
// that is one step, and long.
func yields(c *ast.Compiler, question ast.Body) bool {
	return everyBuiltin(reachable(c, question), func(b *ast.Builtin) bool { return slices.Contains(modest, b.Name) })
}

// modest are the builtins that policies use most and that do little. Patterns, networks,
// keys, parsers and whatever makes much of a number are not among them.
var modest = strings.Fields(`
	eq equal neq lt lte gt gte assign internal.member_2 internal.member_3
	plus minus mul div rem abs round ceil floor
	count sum max min sort and or
	array.concat array.slice array.reverse
	object.get object.keys object.union object.remove object.filter
	is_string is_number is_boolean is_array is_set is_object is_null type_name
	concat lower upper contains startswith endswith indexof split substring trim trim_left trim_right
	trim_prefix trim_suffix trim_space strings.any_prefix_match strings.any_suffix_match`)

// Package adapter is what every platform's translation shares: whom it asks, and
// what it checks again before an identity leaves for the wire.
//
// A folder below it is one platform: wire -> Call, Decision -> wire. An adapter
// decides nothing and never blocks a call: when it could not ask, or the answer
// does not pass Check, the call goes out as it came, as the agent.
package adapter

import (
	"context"

	"callas"
)

// A Resolver answers calls. A decision "as the agent" is an answer; an error means
// that none could be given, and the call then goes out as it came.
type Resolver interface {
	Resolve(ctx context.Context, call callas.Call) (callas.Decision, error)
}

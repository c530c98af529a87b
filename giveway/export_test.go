package giveway

// What the tests count in.
const (
	First   = first
	Stretch = stretch
	Rest    = rest
	Longest = longest
)

// After is how long the stretch is after one and a rest.
var After = after

package main

import (
	"fmt"
	"reflect"

	"callas"
	"callas/tests/bench/load"
)

// A verdict is the part of an answer that every judge must agree on.
type verdict struct {
	As       callas.As        `json:"as"`
	Service  string           `json:"service"`
	Identity *callas.Identity `json:"identity"`
	Reasons  []callas.Reason  `json:"reasons"`
}

// compare asks the first n questions of everyone whose answer means something
// and fails at the first two that differ: a benchmark of servers that do not do
// the same is worth nothing. It says what was found.
func (l *lineup) compare(n int) (string, error) {
	services := 0
	var judges []*contestant
	for _, c := range l.all {
		if c.read != nil {
			judges = append(judges, c)
		}
	}
	if len(judges) == 0 {
		return "Nobody here judges.", nil
	}
	for i := range n {
		var want verdict
		for j, c := range judges {
			body, err := load.Ask(c.addr, c.ask.Requests[i])
			if err != nil {
				return "", fmt.Errorf("%s: %w", c.name, err)
			}
			got, err := c.read(body)
			if err != nil {
				return "", fmt.Errorf("%s answers %s: %w", c.name, body, err)
			}
			if j == 0 {
				want = got
			}
			if got.As != want.As || !c.only && !judges[0].only && !reflect.DeepEqual(want, got) {
				return "", fmt.Errorf("%s\n%s answers %+v, %s answers %s", c.ask.Requests[i], judges[0].name, want, c.name, body)
			}
		}
		if want.As == callas.AsService {
			services++
		}
	}
	return fmt.Sprintf("%s questions were first answered alike by %d servers; %.0f %% of those calls went out as a service.",
		thousands(n), len(judges), 100*float64(services)/float64(n)), nil
}

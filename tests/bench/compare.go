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
// the same is worth nothing.
func (s *size) compare(n int) error {
	services := 0
	for i := range n {
		var want *verdict
		for _, c := range s.contestants {
			if c.read == nil || c.once {
				continue
			}
			body, err := load.Ask(c.addr, c.requests[i])
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			got, err := c.read(body)
			if err != nil {
				return fmt.Errorf("%s answers %s: %w", c.name, body, err)
			}
			if want == nil {
				want = &got
			}
			if !reflect.DeepEqual(*want, got) {
				return fmt.Errorf("question %d: callas answers %+v, %s answers %s", i, *want, c.name, body)
			}
		}
		if want.As == callas.AsService {
			services++
		}
	}
	s.compared, s.asService = n, float64(services)/float64(n)
	return nil
}

package company

import (
	"math/rand/v2"

	"callas"
)

// contacts is how many callees an agent has.
const contacts = 4

// A Day is calls in the order in which they come over a working day. An agent has a
// few callees and calls them again; one in eight calls as much as all others.
type Day struct {
	Calls []Call   // every agent with every callee of theirs
	Order []uint32 // indices of Calls, from morning to night
}

// busy is how many of a hundred calls come in each hour, from eight on.
var busy = [...]int{6, 11, 12, 11, 7, 8, 10, 10, 8, 6, 4, 3, 2, 2}

// Day draws n calls. The day shift (two agents in three) calls from eight to four, the
// evening's from two to ten.
func (c Company) Day(n int) Day {
	dice := rand.New(rand.NewPCG(4, 4))
	d := Day{Calls: make([]Call, 0, contacts*c.Agents), Order: make([]uint32, 0, n)}
	for i := range c.Agents {
		for range contacts {
			raw, target := callee(dice)
			d.Calls = append(d.Calls, Call{Agent: Agent(i), Raw: raw, Target: target})
		}
	}
	for hour, share := range busy {
		for left := n * share / 100; left > 0; {
			agent := dice.IntN(c.Agents)
			if dice.IntN(2) == 0 {
				agent -= agent % 8 // the one in eight
			}
			evening := agent%3 == 2
			if evening && hour < 6 || !evening && hour >= 8 {
				continue
			}
			d.Order = append(d.Order, uint32(contacts*agent+min(dice.IntN(contacts), dice.IntN(contacts))))
			left--
		}
	}
	return d
}

// Directions are what the agents may call at first.
func (c Company) Directions() []callas.Direction {
	out := make([]callas.Direction, 0, c.Agents)
	for row := range c.agents() {
		out = append(out, row.(*callas.Agent).Direction)
	}
	return out
}

package company

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"callas"
)

// A Call is one question, as a platform writes the target and as a dial plan
// of a British company (home country GB, domain acme.example) understands it.
type Call struct {
	Agent  string
	Raw    string
	Target callas.Target
}

// Calls are n calls, each by another agent as long as there are agents: eight
// in ten go to a British number, the rest abroad, to SIP accounts of partners
// and to colleagues.
func (c Company) Calls(n int) iter.Seq[Call] {
	return func(yield func(Call) bool) {
		dice := rand.New(rand.NewPCG(3, 3))
		order := dice.Perm(c.Agents)
		for i := range n {
			raw, target := callee(dice)
			if !yield(Call{Agent: Agent(order[i%len(order)]), Raw: raw, Target: target}) {
				return
			}
		}
	}
}

func callee(dice *rand.Rand) (string, callas.Target) {
	switch percent := dice.IntN(100); {
	case percent < 80:
		return number(fmt.Sprintf("+447700900%03d", dice.IntN(1000)), "GB")
	case percent < 85:
		return number(fmt.Sprintf("+493023125%03d", dice.IntN(1000)), "DE")
	case percent < 93:
		return account(fmt.Sprintf("sip:customer%d@partner.example", dice.IntN(10_000)), callas.Federated)
	}
	return account(fmt.Sprintf("sip:colleague%d@acme.example", dice.IntN(10_000)), callas.Internal)
}

func number(e164, country string) (string, callas.Target) {
	return "tel:" + e164, callas.Target{Class: callas.PSTN, Number: e164, URI: "tel:" + e164, Country: country}
}

func account(uri string, class callas.Class) (string, callas.Target) {
	return uri, callas.Target{Class: class, URI: uri}
}

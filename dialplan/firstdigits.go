package dialplan

import (
	"fmt"
	"iter"
	"math/bits"
	"regexp/syntax"
)

// firstDigits tells by a national number's first three digits which of up to 32
// patterns it can match at all: most numbers then need no pattern to be tried.
type firstDigits struct {
	by  [1000]uint32 // a bit for each pattern
	all uint32
}

// add notes which numbers the n-th pattern can match. It only ever notes too many.
func (f *firstDigits) add(n int, pattern string) error {
	if n >= 32 {
		return fmt.Errorf("pattern %d of a calling code: at most 32 fit", n+1)
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return err
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return err
	}
	f.all |= 1 << n
	start := closure(prog, []uint32{uint32(prog.Start)})
	for i, a := range digits(prog, start) {
		for j, b := range digits(prog, a) {
			for k, c := range digits(prog, b) {
				if len(c) > 0 {
					f.by[100*i+10*j+k] |= 1 << n
				}
			}
		}
	}
	return nil
}

// with goes through the patterns that a number can match, in their order.
func (f *firstDigits) with(national string) iter.Seq[int] {
	may := f.all
	if len(national) >= 3 {
		may = f.by[100*int(national[0]-'0')+10*int(national[1]-'0')+int(national[2]-'0')]
	}
	return func(yield func(int) bool) {
		for ; may != 0; may &= may - 1 {
			if !yield(bits.TrailingZeros32(may)) {
				return
			}
		}
	}
}

// digits are the states that each digit leads to.
func digits(prog *syntax.Prog, states []uint32) (next [10][]uint32) {
	for d := range next {
		var to []uint32
		for _, s := range states {
			if inst := &prog.Inst[s]; isRune(inst) && inst.MatchRune(rune('0'+d)) {
				to = append(to, inst.Out)
			}
		}
		next[d] = closure(prog, to)
	}
	return next
}

// closure is where a pattern can be before the next digit. Assertions are taken to hold:
// what is noted may be too much, never too little.
func closure(prog *syntax.Prog, states []uint32) []uint32 {
	seen := make([]bool, len(prog.Inst))
	var out []uint32
	for len(states) > 0 {
		s := states[len(states)-1]
		states = states[:len(states)-1]
		if seen[s] {
			continue
		}
		seen[s] = true
		switch inst := &prog.Inst[s]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			states = append(states, inst.Out, inst.Arg)
		case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
			states = append(states, inst.Out)
		case syntax.InstFail:
		default:
			out = append(out, s) // a digit, or the match
		}
	}
	return out
}

func isRune(inst *syntax.Inst) bool {
	switch inst.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

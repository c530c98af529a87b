package dialplan_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"
	"weak"

	"github.com/stretchr/testify/require"

	"callas/dialplan"
)

func TestHabitsAnswerAsTheirPlan(t *testing.T) {
	plan := nordhang(t)
	habits := dialplan.NewHabits(plan)
	dialled := []string{
		"", "112", "9-911", "tel:+442079460100", "sip:anna@nordhang.example", "sip:customer@partner.example", "2001", "anna",
		"tel:+" + strings.Repeat("4", 200), "sip:" + strings.Repeat("a", 200) + "@partner.example",
	}
	for i := range 50_000 { // more than are remembered
		dialled = append(dialled, fmt.Sprintf("tel:+4420794%05d", i))
	}
	for range 2 {
		for _, raw := range dialled {
			want := plan.Classify(raw)
			require.Equal(t, want, habits.Classify(raw), raw)
			require.Equal(t, want, habits.Classify(raw), raw)
		}
	}
}

func TestWhatIsRememberedTakesNoTime(t *testing.T) {
	habits := dialplan.NewHabits(nordhang(t))
	habits.Classify("tel:+447700900123")
	require.Zero(t, testing.AllocsPerRun(100, func() { habits.Classify("tel:+447700900123") }))
}

func TestHabitsKeepNoRequestAlive(t *testing.T) {
	habits := dialplan.NewHabits(nordhang(t))
	body := new([1 << 20]byte)
	n := copy(body[:], "sip:customer@partner.example")
	habits.Classify(unsafe.String(&body[0], n))
	kept := weak.Make(body)
	runtime.GC()
	require.Nil(t, kept.Value())
	runtime.KeepAlive(habits)
}

func TestHabitsOfManyAtOnce(t *testing.T) {
	plan := nordhang(t)
	habits := dialplan.NewHabits(plan)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 20_000 {
				raw := fmt.Sprintf("tel:+4420794%05d", i%17_000)
				if got := habits.Classify(raw); got.Number != raw[len("tel:"):] {
					t.Errorf("%s: %+v", raw, got)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkHabits(b *testing.B) {
	habits := dialplan.NewHabits(nordhang(b))
	b.ReportAllocs()
	for b.Loop() {
		habits.Classify("tel:+447700900123")
	}
}

package main

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLittleThatIsAliveHasMuchRoomBesideIt(t *testing.T) {
	const mb = 1 << 20
	for live, room := range map[uint64]uint64{0: 64, 10: 64, 60: 300, 92: 460, 200: 512, 300: 600, 700: 1400} {
		want := int(room * 100 / max(live, 1))
		require.Equal(t, want, percentOf(live*mb), "%d MB alive", live)
	}
}

func TestTheCollectorIsSteeredAfterEveryCollection(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	steered := make(chan uint64, 100)
	attend(ctx, func(live uint64) { steered <- live })
	<-steered
	kept := make([]byte, 64<<20)
	require.Eventually(t, func() bool {
		runtime.GC()
		select {
		case live := <-steered:
			return live >= uint64(len(kept))
		default:
			return false
		}
	}, 10*time.Second, time.Millisecond)
	runtime.KeepAlive(kept)
	stop()
	for range 3 { // one may be under way
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	for len(steered) > 0 {
		<-steered
	}
	runtime.GC()
	time.Sleep(10 * time.Millisecond)
	require.Empty(t, steered)
}

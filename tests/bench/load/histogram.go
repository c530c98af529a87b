package load

import (
	"math/bits"
	"time"
)

// A Histogram counts latencies in buckets that are at most 1/128 of their value
// wide: every percentile is true to 0.8 %.
type Histogram struct {
	counts [40 << grain]uint32
	n      int
}

const grain = 7 // bits of a value that are kept below its first

// Add counts one latency.
func (h *Histogram) Add(d time.Duration) {
	h.counts[min(bucket(uint64(max(d, 0))), len(h.counts)-1)]++
	h.n++
}

// bucket numbers values so that each keeps its first bits: below 2^grain exactly.
func bucket(v uint64) int {
	shift := max(0, bits.Len64(v)-grain-1)
	return shift<<grain + int(v>>shift)
}

// floor is the least value of a bucket.
func floor(b int) time.Duration {
	shift := max(0, b>>grain-1)
	return time.Duration(b-shift<<grain) << shift
}

// Percentile is the latency that p percent of the answers kept; 0 of none.
func (h *Histogram) Percentile(p float64) time.Duration {
	left := int(p / 100 * float64(h.n))
	left = min(left, h.n-1)
	for b, n := range h.counts {
		if left -= int(n); left < 0 && n > 0 {
			return floor(b)
		}
	}
	return 0
}

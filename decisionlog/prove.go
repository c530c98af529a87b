package decisionlog

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// group proves one, and says why it is not what follows.
func (v *verifier) group(s segment, at int64, h header, frame, text []byte) string {
	switch {
	case at == 0 && h.first != s.first:
		return fmt.Sprintf("the segment begins with record %d: it is another's", h.first)
	case !v.began && h.first > v.cut.Seq+1:
		return fmt.Sprintf("records %d to %d are missing", v.cut.Seq+1, h.first-1)
	case !v.began && h.first == v.cut.Seq+1 && h.prev != v.sum:
		return "the chain does not go on from where the manifest cut it"
	case v.began && h.first > v.Last+1:
		return fmt.Sprintf("records %d to %d are missing", v.Last+1, h.first-1)
	case v.began && h.first <= v.Last:
		return fmt.Sprintf("record %d is here again", h.first)
	case v.began && h.prev != v.prev:
		return "the chain does not go on from the group before"
	case chainOf(frame) != h.chain:
		return "the chain is not that of the group"
	case h.last() == v.cut.Seq && h.chain != v.sum:
		return "the chain is not the manifest's"
	}
	seq := h.first
	for one := range bytes.Lines(text) {
		if !bytes.HasPrefix(one, append(strconv.AppendUint([]byte(`{"seq":`), seq, 10), ',')) {
			return fmt.Sprintf("record %d is not there", seq)
		}
		seq++
	}
	if seq != h.last()+1 || text[len(text)-1] != '\n' {
		return fmt.Sprintf("the group holds %d records, want %d", seq-h.first, h.count)
	}
	v.proved(h)
	return ""
}

func (v *verifier) proved(h header) {
	from, to := time.Unix(0, h.from).UTC(), time.Unix(0, h.to).UTC()
	if !v.began {
		v.First, v.From = h.first, from
	}
	if from.Before(v.From) {
		v.From = from
	}
	if to.After(v.To) {
		v.To = to
	}
	v.began, v.prev, v.Last = true, h.chain, h.last()
	v.Groups++
	v.Records += uint64(h.count)
	v.Bytes += h.size()
	v.Chain = hex.EncodeToString(h.chain[:])
}

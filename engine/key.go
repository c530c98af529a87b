package engine

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/dependencies"

	"callas"
)

// A part is one value of a call's input, and the bit that stands for it.
type part uint

const (
	partAgent part = 1 << iota
	partClass
	partNumber
	partURI
	partCountry
	partModality
	partCallAs
	partStale
	partWeekday
	partMinute
	partDate
	partZone

	partTarget = partClass | partNumber | partURI | partCountry
	partTime   = partWeekday | partMinute | partDate | partZone
)

// where each part stands below input.
var where = []struct {
	part part
	path [2]string
}{
	{partAgent, [2]string{"agent"}},
	{partClass, [2]string{"target", "class"}},
	{partNumber, [2]string{"target", "number"}},
	{partURI, [2]string{"target", "uri"}},
	{partCountry, [2]string{"target", "country"}},
	{partModality, [2]string{"modality"}},
	{partCallAs, [2]string{"call_as"}},
	{partStale, [2]string{"stale"}},
	{partWeekday, [2]string{"time", "weekday"}},
	{partMinute, [2]string{"time", "minute"}},
	{partDate, [2]string{"time", "date"}},
	{partZone, [2]string{"time", "zone"}},
}

// partsOf tells which values of the input a question can depend on, from the compiled
// policy itself. A reference that is not known down to a value counts for all below it.
func partsOf(c *ast.Compiler, question ast.Body) (part, error) {
	refs, err := dependencies.Base(c, question)
	if err != nil {
		return 0, fmt.Errorf("what the policy depends on: %w", err)
	}
	var parts part
	for _, ref := range refs {
		if !ref.HasPrefix(ast.InputRootRef) {
			continue
		}
		for _, w := range where {
			if mayRead(ref[1:], w.path) {
				parts |= w.part
			}
		}
	}
	return parts, nil
}

// mayRead reports whether a reference below input can see the value at path: it is the
// same, above or below, as far as it is written out.
func mayRead(ref ast.Ref, path [2]string) bool {
	for i, step := range path {
		if step == "" || i >= len(ref) {
			return true
		}
		name, ground := ref[i].Value.(ast.String)
		if !ground {
			return true
		}
		if string(name) != step {
			return false
		}
	}
	return true
}

// appendKey writes the values that parts names, each behind its length, so that no two
// different questions have one key.
func appendKey(b []byte, parts part, call *callas.Call, stale bool, now time.Time, zone *time.Location) []byte {
	for _, text := range []struct {
		part  part
		value string
	}{
		{partAgent, call.Agent}, {partClass, string(call.Target.Class)}, {partNumber, call.Target.Number},
		{partURI, call.Target.URI}, {partCountry, call.Target.Country}, {partModality, string(call.Modality)}, {partCallAs, call.CallAs},
	} {
		if parts&text.part != 0 {
			b = appendText(b, text.value)
		}
	}
	if parts&partStale != 0 {
		b = append(b, bit(stale))
	}
	if parts&partTime == 0 {
		return b
	}
	now = now.In(zone) // the zone itself is the installation's, the same for every call
	if parts&partWeekday != 0 {
		b = append(b, byte(now.Weekday()))
	}
	if parts&partMinute != 0 {
		b = binary.AppendUvarint(b, uint64(now.Hour()*60+now.Minute()))
	}
	if parts&partDate != 0 {
		year, month, day := now.Date()
		b = binary.AppendVarint(b, int64(year))
		b = append(b, byte(month), byte(day))
	}
	return b
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

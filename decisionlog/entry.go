package decisionlog

import (
	"strconv"
	"time"

	"callas"
)

// An Entry is one decision to be recorded. The log keeps nothing of it after Append.
type Entry struct {
	At       time.Time       // the moment that the policy was told
	Latency  time.Duration   // how long the answer took
	Call     callas.Call     // as asked
	Agent    string          // the id of the agent that Call.Agent named; empty for an unknown one
	Decision callas.Decision // as answered
	Mask     Mask            // how to write the callee

	Stale bool           // input.stale
	Age   time.Duration  // of the facts, against a service's serve_stale
	Zone  *time.Location // of input.time; UTC where nil
}

// append writes e as one JSON object without its head, `{"seq":1,`, which the log
// writes when the record has its number, and with the line feed that ends it.
func (l *line) append(b []byte, e *Entry) []byte {
	c, d := &e.Call, &e.Decision
	b = l.clock.instant(append(b, `"at":"`...), e.At)
	b = append(b, `","latency_ns":`...)
	b = strconv.AppendInt(b, int64(e.Latency), 10)
	b = field(b, `,"decision":`, d.ID)
	b = option(b, `,"platform":`, c.Platform)
	b = option(b, `,"call_id":`, c.CallID)
	b = option(b, `,"agent":`, e.Agent)
	if c.Agent != e.Agent {
		b = field(b, `,"asked":`, c.Agent)
	}
	b = l.target(b, &c.Target, e.Mask)
	b = field(b, `,"modality":`, string(c.Modality))
	b = option(b, `,"call_as":`, c.CallAs)
	b = field(b, `,"as":`, string(d.As))
	b = option(b, `,"service":`, d.Service)
	b = identity(b, d.Identity)
	b = append(b, `,"reasons":[`...)
	for i, r := range d.Reasons {
		if i > 0 {
			b = append(b, ',')
		}
		b = callas.AppendQuoted(b, string(r))
	}
	b = append(b, `],"revision":"`...)
	b = strconv.AppendInt(b, d.Revision.Revision, 10)
	if d.Revision.Chain != "" {
		b = callas.AppendEscaped(append(b, '.'), d.Revision.Chain)
	}
	b = field(b, `","policy":`, d.Policy)
	if d.Stale {
		b = append(b, `,"stale":true`...)
	}
	b = append(b, `,"input":{"stale":`...)
	b = strconv.AppendBool(b, e.Stale)
	b = append(b, `,"age_ns":`...)
	b = strconv.AppendInt(b, int64(e.Age), 10)
	b = l.clock.local(append(b, `,"time":`...), e.At, e.Zone)
	return append(b, "}}\n"...)
}

// target writes whom the call was for, no clearer than mask allows.
func (l *line) target(b []byte, t *callas.Target, mask Mask) []byte {
	b = field(b, `,"target":{"class":`, string(t.Class))
	if t.Class == callas.Emergency {
		mask = Clear // the number of a public service, never a person's
	}
	if mask == Pseudonym && l.mac == nil {
		mask = Drop // a plain hash of a telephone number is no secret
	}
	if t.Number != "" && mask != Drop {
		b = l.callee(append(b, `,"number":"`...), t.Number, mask)
		b = append(b, '"')
	}
	if t.URI != "" && mask != Drop {
		b = l.callee(append(b, `,"uri":"`...), t.URI, mask)
		b = append(b, '"')
	}
	b = option(b, `,"country":`, t.Country)
	b = append(b, '}')
	if mask != Clear && (t.Number != "" || t.URI != "") {
		b = field(b, `,"masked":`, mask.String())
	}
	return b
}

func identity(b []byte, id *callas.Identity) []byte {
	if id == nil {
		return append(b, `,"identity":null`...)
	}
	b = field(b, `,"identity":{"name":`, id.Name)
	b = option(b, `,"number":`, id.Number)
	b = option(b, `,"uri":`, id.URI)
	b = option(b, `,"asserted":`, id.Asserted)
	return append(b, '}')
}

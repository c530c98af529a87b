package decisionlog

import (
	"time"

	"callas"
)

// A Record is one decision as it was written.
type Record struct {
	Seq      uint64           `json:"seq"` // from 1, without a gap
	At       time.Time        `json:"at"`  // UTC
	Latency  time.Duration    `json:"latency_ns"`
	ID       string           `json:"decision"`
	Platform string           `json:"platform,omitempty"`
	CallID   string           `json:"call_id,omitempty"`
	Agent    string           `json:"agent,omitempty"` // the id; empty for an unknown agent
	Asked    string           `json:"asked,omitempty"` // what the platform called the agent, where it is not the id
	Target   callas.Target    `json:"target"`          // as Masked says
	Masked   string           `json:"masked,omitempty"`
	Modality callas.Modality  `json:"modality"`
	CallAs   string           `json:"call_as,omitempty"`
	As       callas.As        `json:"as"`
	Service  string           `json:"service,omitempty"`
	Identity *callas.Identity `json:"identity"`
	Reasons  []callas.Reason  `json:"reasons"`
	Revision callas.Token     `json:"revision"`
	Policy   string           `json:"policy"`
	Stale    bool             `json:"stale"` // the decision said so
	Input    Input            `json:"input"`

	// Lost is the number of decisions that could not be recorded since the record
	// before. Such a record holds nothing else but Seq and At, when the first was lost.
	Lost uint64 `json:"lost,omitempty"`

	// Revealed is the decision of which By was shown in clear whom it was for, and Why.
	// Such a record holds nothing else but Seq and At.
	Revealed string `json:"revealed,omitempty"`
	By       string `json:"by,omitempty"`
	Why      string `json:"reason,omitempty"`
}

// Input is what the policy was told besides the call.
type Input struct {
	Stale bool          `json:"stale"`
	Age   time.Duration `json:"age_ns"` // of the facts
	Time  Time          `json:"time"`
}

// Time is input.time.
type Time struct {
	Weekday int    `json:"weekday"` // 0 is Sunday
	Minute  int    `json:"minute"`  // of the day, 0 to 1439
	Date    string `json:"date"`    // 2026-11-22
	Zone    string `json:"zone"`
}

// Call is the question again. Where Masked is set its target's number and URI are not
// those that were called: only a policy that reads neither decides it exactly.
func (r *Record) Call() callas.Call {
	return callas.Call{Agent: r.AskedFor(), Target: r.Target, Modality: r.Modality,
		CallAs: r.CallAs, CallID: r.CallID, Platform: r.Platform}
}

// AskedFor is what the platform called the agent.
func (r *Record) AskedFor() string {
	if r.Asked != "" {
		return r.Asked
	}
	return r.Agent
}

// Decision is the answer as it was given, its target as Masked says.
func (r *Record) Decision() callas.Decision {
	return callas.Decision{ID: r.ID, As: r.As, Service: r.Service, Identity: r.Identity, Target: r.Target,
		Reasons: r.Reasons, Revision: r.Revision, Policy: r.Policy, Stale: r.Stale}
}

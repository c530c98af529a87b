package decisionlog

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"time"

	"callas"
)

// decisionPath is where OPA would have found the decision, as its log spells paths.
const decisionPath = "callas/resolve/decision"

// An event is a record as OPA's decision-log service API has it
// (https://www.openpolicyagent.org/docs/management-decision-logs, "Decision Log Service API").
// Input and result are what the policy was given and gave, so that OPA's tools replay it.
type event struct {
	Labels     map[string]string `json:"labels"`
	DecisionID string            `json:"decision_id"`
	Bundles    map[string]bundle `json:"bundles"`
	Path       string            `json:"path"`
	Input      input             `json:"input"`
	Result     result            `json:"result"`
	Erased     []string          `json:"erased,omitempty"`
	Masked     []string          `json:"masked,omitempty"`
	RequestBy  string            `json:"requested_by,omitempty"`
	Timestamp  time.Time         `json:"timestamp"`
	Metrics    map[string]int64  `json:"metrics"`
	Custom     custom            `json:"custom"`
}

type bundle struct {
	Revision string `json:"revision"`
}

type input struct {
	Agent    string          `json:"agent"`
	Target   callas.Target   `json:"target"`
	Modality callas.Modality `json:"modality"`
	CallAs   string          `json:"call_as,omitempty"`
	Stale    bool            `json:"stale"`
	Time     Time            `json:"time"`
}

type result struct {
	As       callas.As        `json:"as"`
	Service  *string          `json:"service"`
	Identity *callas.Identity `json:"identity"`
	Reasons  []callas.Reason  `json:"reasons"`
}

// custom is what OPA has no field for.
type custom struct {
	Seq      uint64       `json:"seq"`
	Revision callas.Token `json:"revision"` // of the facts
	Age      int64        `json:"age_ns"`
	Asked    string       `json:"asked,omitempty"`
	CallID   string       `json:"call_id,omitempty"`
}

func newEvent(r *Record, labels map[string]string) event {
	e := event{
		Labels: labels, DecisionID: r.ID, Path: decisionPath, RequestBy: r.Platform, Timestamp: r.At,
		Bundles: map[string]bundle{"callas": {r.Policy}},
		Metrics: map[string]int64{"timer_server_handler_ns": int64(r.Latency)},
		Input:   input{r.Agent, r.Target, r.Modality, r.CallAs, r.Input.Stale, r.Input.Time},
		Result:  result{As: r.As, Identity: r.Identity, Reasons: r.Reasons},
		Custom:  custom{r.Seq, r.Revision, int64(r.Input.Age), r.Asked, r.CallID},
	}
	if r.Agent == "" {
		e.Input.Agent = r.Asked // what the policy was asked about an unknown agent
	}
	if r.Service != "" {
		e.Result.Service = &r.Service
	}
	switch hidden := []string{"/input/target/number", "/input/target/uri"}; r.Masked {
	case "":
	case Drop.String():
		e.Erased = hidden
	default:
		e.Masked = hidden
	}
	return e
}

// pack writes events as they travel: a gzipped JSON array.
func pack(events []event) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(events); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

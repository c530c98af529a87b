// Package callas holds the words of the product: who calls, as whom, and why.
//
// callas answers one question for any telephony platform: agent A is calling
// target T, under whose identity does the call go out? It is the agent's own
// unless every gate of the policy passes; then it is the identity of the
// service that the agent has chosen under Call As.
//
// The package imports nothing but the standard library and decides nothing.
package callas

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Direction says which classes of target an agent may call as a service.
type Direction string

// The directions a supervisor can set. Which classes each covers is policy.
const (
	DirectionNone     Direction = "none"
	DirectionInternal Direction = "internal"
	DirectionExternal Direction = "external"
	DirectionAll      Direction = "all"
)

// Directions lists every direction in the order pages and help show them.
var Directions = []Direction{DirectionNone, DirectionInternal, DirectionExternal, DirectionAll}

// A Class is the kind of network a target lies in.
type Class string

// The classes of target. Unknown is covered by no direction.
const (
	Emergency Class = "emergency"
	PSTN      Class = "pstn"
	Internal  Class = "internal"
	Federated Class = "federated"
	Unknown   Class = "unknown"
)

// A Modality is what a call carries. Only audio and video can go out as a service.
type Modality string

// The modalities.
const (
	Audio Modality = "audio"
	Video Modality = "video"
	IM    Modality = "im"
)

// Modalities lists every modality a call may name.
var Modalities = []Modality{Audio, Video, IM}

// A Target is whom a call is for, as the dial plan understood it.
type Target struct {
	Class   Class  `json:"class"`
	Number  string `json:"number,omitempty"`  // E.164 with +, or the digits of an emergency number or extension
	URI     string `json:"uri,omitempty"`     // normalised: tel:, sip:, sips:, urn:
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2, of a number
}

// CallAsNone is what a call or a selection says to go out as the agent.
const CallAsNone = "none"

// A Call is the question: who calls whom, and how.
type Call struct {
	Agent    string   `json:"agent"` // an agent's id or any alias
	Target   Target   `json:"target"`
	Modality Modality `json:"modality"`
	CallAs   string   `json:"call_as,omitempty"` // a service id or "none": replaces the selection for this call
	CallID   string   `json:"call_id,omitempty"` // the platform's own, for the record
	Platform string   `json:"platform,omitempty"`
}

// An Identity is what the other side sees.
type Identity struct {
	Name     string `json:"name"`
	Number   string `json:"number,omitempty"`   // presented, E.164: From
	URI      string `json:"uri,omitempty"`      // a SIP URI
	Asserted string `json:"asserted,omitempty"` // network identity, E.164: P-Asserted-Identity
}

// As tells whose identity a call goes out under.
type As string

// The two outcomes of a decision.
const (
	AsService As = "service"
	AsAgent   As = "agent"
)

// A Decision answers a call. It goes out as the agent unless As is AsService.
type Decision struct {
	ID       string    `json:"decision"`
	As       As        `json:"as"`
	Service  string    `json:"service,omitempty"` // the service's id when As is AsService
	Identity *Identity `json:"identity"`          // nil for an unknown agent
	Target   Target    `json:"target"`
	Reasons  []Reason  `json:"reasons"` // every failed gate, in the order of Gates; empty as a service
	Revision Token     `json:"revision"`
	Policy   string    `json:"policy"` // digest of the policy that decided: sha256:<hex>
	Stale    bool      `json:"stale"`

	Took     time.Duration `json:"-"` // deciding it
	prepared *prepared     // nil: AppendJSON writes everything anew
}

// A Reason names a gate that failed: one word for both.
type Reason string

// The gates of the shipped policy and the ways in which none could answer.
// A policy may give reasons of its own.
const (
	ReasonEmergency             Reason = "emergency"
	ReasonUnknownAgent          Reason = "unknown_agent"
	ReasonAgentDisabled         Reason = "agent_disabled"
	ReasonNoneSelected          Reason = "none_selected"
	ReasonUnknownService        Reason = "unknown_service"
	ReasonServiceDisabled       Reason = "service_disabled"
	ReasonOtherUnit             Reason = "other_unit"
	ReasonDirection             Reason = "direction"
	ReasonOffDuty               Reason = "off_duty"
	ReasonProfileWithoutService Reason = "profile_without_service"
	ReasonNotResponsible        Reason = "not_responsible"
	ReasonModality              Reason = "modality"
	ReasonNoNumber              Reason = "no_number"
	ReasonStale                 Reason = "stale"
	ReasonTimeout               Reason = "timeout"      // the deadline passed before the policy answered
	ReasonEngineError           Reason = "engine_error" // the policy failed, or its answer was malformed
	ReasonUnrecorded            Reason = "unrecorded"   // strict_record: the decision could not be put on record
)

// Gates lists the shipped policy's gates in the order people read them.
var Gates = []Reason{
	ReasonEmergency, ReasonUnknownAgent, ReasonAgentDisabled, ReasonNoneSelected, ReasonUnknownService,
	ReasonServiceDisabled, ReasonOtherUnit, ReasonDirection, ReasonOffDuty, ReasonProfileWithoutService,
	ReasonNotResponsible, ReasonModality, ReasonNoNumber, ReasonStale,
}

// A Token names one moment of the facts: a revision, and a chain over everything
// up to it, so that a restored backup cannot pass for what it replaced.
type Token struct {
	Revision int64
	Chain    string // truncated SHA-256, base64url; empty at revision 0
}

// String writes the token as it travels: "42.k3JxQ0...", and "0" before the first change.
func (t Token) String() string {
	if t.Chain == "" {
		return strconv.FormatInt(t.Revision, 10)
	}
	return strconv.FormatInt(t.Revision, 10) + "." + t.Chain
}

// ParseToken reads what String wrote.
func ParseToken(s string) (Token, error) {
	rev, chain, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(rev, 10, 64)
	if err != nil || n < 0 {
		return Token{}, fmt.Errorf("token %q: want <revision>.<chain>, as an answer's revision field gives it", s)
	}
	return Token{Revision: n, Chain: chain}, nil
}

// MarshalText writes the token as String does.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what String wrote.
func (t *Token) UnmarshalText(b []byte) (err error) {
	*t, err = ParseToken(string(b))
	return err
}

// A Menu is what an agent sees under Call As.
type Menu struct {
	Agent     string              `json:"agent"`
	Name      string              `json:"name,omitempty"`          // the agent's
	Units     []string            `json:"units,omitempty"`         // names, from the topmost down to the agent's own
	Profile   string              `json:"profile,omitempty"`       // the active duty profile
	Profiles  []MenuProfile       `json:"profiles,omitempty"`      // which the agent has, in their order
	Selection *Selection          `json:"selection"`               // nil: None
	Items     []MenuItem          `json:"items"`                   // available services first, then the others with their reasons
	Preview   map[Class]*Identity `json:"preview"`                 // who the callee sees, by pstn, internal, federated
	PreviewAs map[Class]As        `json:"preview_as"`              // whose identity that is
	Ended     string              `json:"ended_because,omitempty"` // why the last selection ended
	Revision  Token               `json:"revision"`
}

// A MenuProfile is a duty profile that an agent may be on.
type MenuProfile struct {
	Profile string `json:"profile"`
	Name    string `json:"name"`
	OffDuty bool   `json:"off_duty,omitempty"`
}

// A Selection is the service picked under Call As, and whether it works now.
type Selection struct {
	Service   string     `json:"service"`
	Withdrawn bool       `json:"withdrawn"` // the wish stands, the right does not
	Reasons   []Reason   `json:"reasons"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
}

// A MenuItem is one service of the menu, with what keeps it from being available.
type MenuItem struct {
	Service   string   `json:"service"`
	Name      string   `json:"name"`
	Number    string   `json:"number,omitempty"`
	Hue       int      `json:"hue,omitempty"` // tile colour, 1 to 8
	Available bool     `json:"available"`
	Reasons   []Reason `json:"reasons"`
	Profiles  []string `json:"profiles,omitempty"` // of the agent's, those under which they answer for it
}

package callas

import "time"

// A Kind names a table of settings. It is the word used in routes, changes and policy data.
type Kind string

// The kinds of row. Tokens are never shown to a policy.
const (
	KindUnit    Kind = "unit"
	KindService Kind = "service"
	KindProfile Kind = "profile"
	KindAgent   Kind = "agent"
	KindSession Kind = "session"
	KindToken   Kind = "token"
)

// KindDecision is what a Reveal is of. It is no kind of row.
const KindDecision Kind = "decision"

// Kinds lists every kind so that what a row refers to comes before it.
var Kinds = []Kind{KindUnit, KindService, KindProfile, KindAgent, KindSession, KindToken}

// A Row is one object of the facts. Rows that have left the store are constants: copy to change.
type Row interface {
	Kind() Kind
	Key() string     // its id; a session's is its agent's
	Revision() int64 // the revision that last wrote it: its ETag
	// WithRevision returns a shallow copy written at rev.
	WithRevision(rev int64) Row
}

// Meta is what every row carries besides its own fields.
type Meta struct {
	Rev    int64    `json:"rev"`              // the revision that last wrote the row; set by the source
	Source string   `json:"source,omitempty"` // the importer that owns it
	Locked []string `json:"locked,omitempty"` // fields only that importer may change
}

// Revision returns the revision that last wrote the row.
func (m Meta) Revision() int64 { return m.Rev }

// A Unit is an organisation unit; units form a tree.
type Unit struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Parent   string `json:"parent,omitempty"`
	Asserted string `json:"asserted,omitempty"` // network identity for the unit's services, E.164
	Meta
}

// A Service is what an agent calls as.
type Service struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`         // what supervisors and agents see
	DisplayName   string   `json:"display_name"` // what the callee sees; the name where empty
	Unit          string   `json:"unit"`
	CallAsEnabled bool     `json:"call_as_enabled"` // "Enable Service for Conversation as a Service"
	Numbers       []Number `json:"numbers"`
	URI           string   `json:"uri,omitempty"`
	Asserted      string   `json:"asserted,omitempty"`    // network identity, E.164; the presented number where empty
	Hue           int      `json:"hue,omitempty"`         // tile colour, 1 to 8
	ServeStale    string   `json:"serve_stale,omitempty"` // duration after which stale facts close the gate; empty: the installation's
	Meta
}

// A Number is one number a service may show.
type Number struct {
	E164       string     `json:"e164"`
	Countries  []string   `json:"countries"` // ISO 3166-1 alpha-2 it may be shown in; empty: all
	Default    bool       `json:"default,omitempty"`
	RightOfUse RightOfUse `json:"right_of_use"`
}

// A RightOfUse is the evidence that a number may be presented.
type RightOfUse struct {
	Status   RightStatus `json:"status"`
	Evidence string      `json:"evidence,omitempty"`
	Expires  *time.Time  `json:"expires,omitempty"`
}

// A RightStatus tells whether a number may be presented; only verified may.
type RightStatus string

// The statuses of a right of use.
const (
	RightVerified RightStatus = "verified"
	RightPending  RightStatus = "pending"
	RightExpired  RightStatus = "expired"
	RightRevoked  RightStatus = "revoked"
)

// A Profile is a duty profile: a set of services, or off duty.
type Profile struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Unit     string   `json:"unit,omitempty"` // empty: offered everywhere
	OffDuty  bool     `json:"off_duty,omitempty"`
	Services []string `json:"services"`
	Meta
}

// An Agent is a person who calls.
type Agent struct {
	ID          string              `json:"id"`
	Name        string              `json:"name"`
	Unit        string              `json:"unit"`
	Enabled     bool                `json:"enabled"`
	Aliases     []string            `json:"aliases"` // SIP URIs, extensions, numbers: unique over all agents
	Number      string              `json:"number,omitempty"`
	URI         string              `json:"uri,omitempty"`
	Direction   Direction           `json:"direction"`
	Profiles    []string            `json:"profiles"`
	Responsible map[string][]string `json:"responsible"` // profile -> services
	Meta
}

// A Session is an agent's live state: active profile and selection.
type Session struct {
	Agent        string     `json:"agent"`
	Profile      string     `json:"profile,omitempty"` // empty: none active
	CallAs       string     `json:"call_as,omitempty"` // empty: None
	Since        time.Time  `json:"since"`
	ExpiresAt    *time.Time `json:"expires_at,omitempty"`    // when the selection ends
	EndedBecause string     `json:"ended_because,omitempty"` // why the last selection ended
	Meta
}

// An AccessToken lets a program or a person in. Only the hash of its secret is kept.
type AccessToken struct {
	ID        string     `json:"id"`
	Hash      string     `json:"hash"` // hex SHA-256 of the secret
	Principal Principal  `json:"principal"`
	Use       TokenUse   `json:"use,omitempty"`
	Parent    string     `json:"parent,omitempty"`  // the token that a person signed in with: a sign-in ends with it
	Subject   string     `json:"subject,omitempty"` // whom a provider vouches for: its issuer, a space, its own name for them
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	Meta
}

// A TokenUse says what an access token is for.
type TokenUse string

// The uses of a token.
const (
	UseToken  TokenUse = ""        // a program's, or a person's at the command line: until it expires or is revoked
	UseSignIn TokenUse = "sign-in" // a browser's, from signing in until signing out
	UseLink   TokenUse = "link"    // exchanged for a sign-in, once; opens nothing by itself
)

// TokenUses lists every use of a token.
var TokenUses = []TokenUse{UseToken, UseSignIn, UseLink}

// Kind names the row's table.
func (*Unit) Kind() Kind        { return KindUnit }
func (*Service) Kind() Kind     { return KindService }
func (*Profile) Kind() Kind     { return KindProfile }
func (*Agent) Kind() Kind       { return KindAgent }
func (*Session) Kind() Kind     { return KindSession }
func (*AccessToken) Kind() Kind { return KindToken }

// Key is the row's id within its table.
func (u *Unit) Key() string        { return u.ID }
func (s *Service) Key() string     { return s.ID }
func (p *Profile) Key() string     { return p.ID }
func (a *Agent) Key() string       { return a.ID }
func (s *Session) Key() string     { return s.Agent }
func (t *AccessToken) Key() string { return t.ID }

// WithRevision returns a shallow copy of the row, written at rev.
func (u *Unit) WithRevision(rev int64) Row        { c := *u; c.Rev = rev; return &c }
func (s *Service) WithRevision(rev int64) Row     { c := *s; c.Rev = rev; return &c }
func (p *Profile) WithRevision(rev int64) Row     { c := *p; c.Rev = rev; return &c }
func (a *Agent) WithRevision(rev int64) Row       { c := *a; c.Rev = rev; return &c }
func (s *Session) WithRevision(rev int64) Row     { c := *s; c.Rev = rev; return &c }
func (t *AccessToken) WithRevision(rev int64) Row { c := *t; c.Rev = rev; return &c }

// NewRow returns an empty row of a kind, to decode into; nil for an unknown kind.
func NewRow(k Kind) Row {
	switch k {
	case KindUnit:
		return new(Unit)
	case KindService:
		return new(Service)
	case KindProfile:
		return new(Profile)
	case KindAgent:
		return new(Agent)
	case KindSession:
		return new(Session)
	case KindToken:
		return new(AccessToken)
	}
	return nil
}

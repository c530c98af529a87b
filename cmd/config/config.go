// Package config is what an operator starts callas with: one table of settings,
// each a flag, an environment variable and a key of a YAML file. A flag beats the
// environment, the environment beats the file, the file beats the default.
//
// It reads and checks the form of what was written and must never open, listen or
// connect: whether an address is free is for the command to find out. What is
// not in the table is refused.
package config

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"callas/dialplan"
)

// A Config is every setting, worked out.
type Config struct {
	Platform       string
	PlatformSocket string
	PlatformAuth   string
	Admin          string
	AdminTLSCert   string // files; both or neither
	AdminTLSKey    string
	PublicURL      string
	Data           string
	Bundle         string
	BundleKey      string
	BundleKeyID    string

	BundleKeyAlgorithm string

	Deadline      time.Duration
	StaleAfter    time.Duration
	Remember      int // decisions; 0: none
	ShutdownGrace time.Duration
	DialPlan      dialplan.Config
	Record        Record
	OIDC          OIDC
	LogLevel      string
	LogFormat     string

	Server    string
	Token     string
	TokenFile string

	File   string // the file that was read; empty: none
	origin map[string]string
}

// Record is how decisions are kept.
type Record struct {
	Strict    string        // yes: what cannot be recorded goes out as the agent
	Callee    string        // how whom a call was for is written
	MaxAge    time.Duration // 0: kept for ever
	ShipURL   string        // an OPA decision-log service; empty: none
	ShipToken string        // file with its bearer token
	Key       string        // file with the secret for callee: pseudonym
}

// OIDC is the OpenID Connect provider that people sign in with.
type OIDC struct {
	Issuer           string // empty: none
	ClientID         string
	ClientSecretFile string // empty: a public client
	Scopes           []string
	Name             string
}

// The values of record.strict.
const (
	Yes = "yes"
	No  = "no"
)

// The values of platform_auth.
const (
	AuthAuto  = "auto"  // a token, but for loopback addresses and the unix socket
	AuthToken = "token" // a token, always
	AuthOpen  = "open"  // no token, wherever it listens: the network is the fence
)

// A Start is what a program was started with.
type Start struct {
	Flags   *pflag.FlagSet // as Register made them, parsed
	Environ []string       // as os.Environ gives it
}

// Load works the settings out. The error names everything that is wrong, a line each.
func Load(s Start) (*Config, error) {
	env, problems := environment(s.Environ)
	c := &Config{File: env[fileSetting.Env], origin: map[string]string{}}
	if f := s.Flags.Lookup(fileSetting.Flag); f != nil && f.Changed {
		c.File = f.Value.String()
	}
	file := map[string]entry{}
	if c.File != "" {
		var more []error
		file, more = readFile(c.File)
		problems = append(problems, more...)
	}
	for _, set := range Table {
		if err := c.take(set, s.Flags, env, file); err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return c, nil
}

// Origin tells where a setting came from: "default", "--data", "CALLAS_DATA" or
// "callas.yaml:3".
func (c *Config) Origin(key string) string { return c.origin[key] }

// take sets one setting from the first place that names it.
func (c *Config) take(set Setting, flags *pflag.FlagSet, env map[string]string, file map[string]entry) error {
	field := set.field(c)
	if f := flags.Lookup(set.Flag); f != nil && f.Changed {
		c.origin[set.Key] = "--" + set.Flag
		return set.parse(f.Value.String(), field, "--"+set.Flag)
	}
	if v, ok := env[set.Env]; ok {
		c.origin[set.Key] = set.Env
		return set.parse(v, field, set.Env)
	}
	if e, ok := file[set.Key]; ok {
		c.origin[set.Key] = e.place
		return set.parseNode(e.node, field, fmt.Sprintf("%s: %s", e.place, set.Key))
	}
	c.origin[set.Key] = "default"
	return set.parse(set.Default, field, set.Key)
}

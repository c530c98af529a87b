package config

// A Reader says which commands read a setting.
type Reader uint8

// The readers.
const (
	Serve  Reader = 1 << iota // serve and doctor
	Demo                      // demo
	Store                     // what opens the data directory: token
	Client                    // what asks the admin listener
	Ask                       // what asks the platform listener: resolve, explain
	Again                     // what decides recorded calls again: replay
	Pages                     // what says where the pages are: token link
)

// Everything is read by someone: the whole table.
const Everything = Serve | Demo | Store | Client | Ask | Again | Pages

// A Setting is one row of the table.
type Setting struct {
	Flag    string // without the dashes
	Env     string
	Key     string // in the file; a dot is one level
	Default string
	Help    string
	For     Reader
	OneOf   []string // the words it may be; nil: any
	field   func(*Config) any
}

// fileSetting names the file itself, so it has no key in it.
var fileSetting = Setting{Flag: "config", Env: "CALLAS_CONFIG", Help: "YAML file with any of the keys below"}

// Table is every setting. Lists are comma separated in flags and the environment.
var Table = []Setting{
	{"platform", "CALLAS_PLATFORM", "platform", "127.0.0.1:8181", "where telephony platforms ask: host:port (resolve, explain: also a URL or unix:PATH)", Serve | Demo | Ask, nil, func(c *Config) any { return &c.Platform }},
	{"platform-socket", "CALLAS_PLATFORM_SOCKET", "platform_socket", "", "unix socket that also answers platforms: a path", Serve | Demo, nil, func(c *Config) any { return &c.PlatformSocket }},
	{"platform-auth", "CALLAS_PLATFORM_AUTH", "platform_auth", AuthAuto, "who may ask there: auto = anyone on loopback and the socket, nothing else; token = a token always; open = anyone", Serve, []string{AuthAuto, AuthToken, AuthOpen}, func(c *Config) any { return &c.PlatformAuth }},
	{"admin", "CALLAS_ADMIN", "admin", "127.0.0.1:8080", "where settings are changed, and the pages: host:port; always asks who is there", Serve | Demo | Pages, nil, func(c *Config) any { return &c.Admin }},
	{"admin-tls-cert", "CALLAS_ADMIN_TLS_CERT", "admin_tls_cert", "", "file with the certificate chain for it, in PEM; read again when it changes. Empty = plain HTTP", Serve | Pages, nil, func(c *Config) any { return &c.AdminTLSCert }},
	{"admin-tls-key", "CALLAS_ADMIN_TLS_KEY", "admin_tls_key", "", "file with the certificate's private key, in PEM", Serve, nil, func(c *Config) any { return &c.AdminTLSKey }},
	{"public-url", "CALLAS_PUBLIC_URL", "public_url", "", "how browsers reach the pages: https://callas.example.org; empty = at the admin listener", Serve | Pages, nil, func(c *Config) any { return &c.PublicURL }},
	{"data", "CALLAS_DATA", "data", "callas-data", "directory of the embedded store", Serve | Store | Again, nil, func(c *Config) any { return &c.Data }},
	{"bundle", "CALLAS_BUNDLE", "bundle", "default", "the policy: default, a folder, or a bundle.tar.gz", Serve | Demo | Again, nil, func(c *Config) any { return &c.Bundle }},
	{"bundle-key", "CALLAS_BUNDLE_KEY", "bundle_key", "", "file with the key that a bundle must be signed with: public, in PEM, or a shared secret", Serve | Demo | Again, nil, func(c *Config) any { return &c.BundleKey }},
	{"bundle-key-id", "CALLAS_BUNDLE_KEY_ID", "bundle_key_id", "callas", "the key's name in the signature: its claim keyid", Serve | Demo | Again, nil, func(c *Config) any { return &c.BundleKeyID }},
	{"bundle-key-algorithm", "CALLAS_BUNDLE_KEY_ALGORITHM", "bundle_key_algorithm", "RS256", "how the signature was made: RS256, ES256, HS256, ...", Serve | Demo | Again, nil, func(c *Config) any { return &c.BundleKeyAlgorithm }},
	{"deadline", "CALLAS_DEADLINE", "deadline", "50ms", "after which a call goes out as the agent", Serve | Demo, nil, func(c *Config) any { return &c.Deadline }},
	{"stale-after", "CALLAS_STALE_AFTER", "stale_after", "0", "age of the facts from which calls go out as the agent; 0 = never", Serve, nil, func(c *Config) any { return &c.StaleAfter }},
	{"remember", "CALLAS_REMEMBER", "remember", "65536", "how many decisions, and menus, are remembered while nothing that they were made from has changed, about 0.8 kB each; 0 = none", Serve | Demo, nil, func(c *Config) any { return &c.Remember }},
	{"dial-plan-home-country", "CALLAS_DIAL_PLAN_HOME_COUNTRY", "dial_plan.home_country", "GB", "country whose way of writing numbers is understood: ISO 3166, two letters", Serve, nil, func(c *Config) any { return &c.DialPlan.HomeCountry }},
	{"dial-plan-international-prefix", "CALLAS_DIAL_PLAN_INTERNATIONAL_PREFIX", "dial_plan.international_prefix", "", "dialled before a calling code: 00; empty = as the home country dials", Serve, nil, func(c *Config) any { return &c.DialPlan.InternationalPrefix }},
	{"dial-plan-national-prefix", "CALLAS_DIAL_PLAN_NATIONAL_PREFIX", "dial_plan.national_prefix", "", "dialled before an area code: 0, none; empty = as the home country dials", Serve, nil, func(c *Config) any { return &c.DialPlan.NationalPrefix }},
	{"dial-plan-area-code", "CALLAS_DIAL_PLAN_AREA_CODE", "dial_plan.area_code", "", "completes local numbers, without the national prefix: 20 in London", Serve, nil, func(c *Config) any { return &c.DialPlan.AreaCode }},
	{"dial-plan-outside-prefixes", "CALLAS_DIAL_PLAN_OUTSIDE_PREFIXES", "dial_plan.outside_prefixes", "", "digits for an outside line: 9", Serve, nil, func(c *Config) any { return &c.DialPlan.OutsidePrefixes }},
	{"dial-plan-internal-domains", "CALLAS_DIAL_PLAN_INTERNAL_DOMAINS", "dial_plan.internal_domains", "", "SIP domains of one's own", Serve, nil, func(c *Config) any { return &c.DialPlan.InternalDomains }},
	{"dial-plan-internal-patterns", "CALLAS_DIAL_PLAN_INTERNAL_PATTERNS", "dial_plan.internal_patterns", "", "extensions, X for any digit: 2XXX", Serve, nil, func(c *Config) any { return &c.DialPlan.InternalPatterns }},
	{"dial-plan-countries", "CALLAS_DIAL_PLAN_COUNTRIES", "dial_plan.countries", "", "countries besides home whose emergency numbers count; empty = the usual ones", Serve, nil, func(c *Config) any { return &c.DialPlan.Countries }},
	{"dial-plan-emergency", "CALLAS_DIAL_PLAN_EMERGENCY", "dial_plan.emergency", "", "emergency numbers of one's own by country: CH=1414,145;GB=18000", Serve, nil, func(c *Config) any { return &c.DialPlan.Emergency }},
	{"record-callee", "CALLAS_RECORD_CALLEE", "record.callee", "mask", "how the record writes whom a call was for: mask (country code and two digits), pseudonym, drop or clear", Serve | Demo, []string{"mask", "pseudonym", "drop", "clear"}, func(c *Config) any { return &c.Record.Callee }},
	{"record-key", "CALLAS_RECORD_KEY", "record.key", "", "file with the secret that pseudonyms are made with, at least 16 bytes", Serve | Demo, nil, func(c *Config) any { return &c.Record.Key }},
	{"record-max-age", "CALLAS_RECORD_MAX_AGE", "record.max_age", "0", "age at which recorded decisions are dropped: 90d; 0 = never", Serve | Demo, nil, func(c *Config) any { return &c.Record.MaxAge }},
	{"record-strict", "CALLAS_RECORD_STRICT", "record.strict", No, "yes: a call whose decision cannot be recorded (disk full) goes out as the agent; no: it is told and counted", Serve | Demo, []string{Yes, No}, func(c *Config) any { return &c.Record.Strict }},
	{"record-ship-url", "CALLAS_RECORD_SHIP_URL", "record.ship_url", "", "OPA decision-log service that gets every decision, at URL/logs", Serve, nil, func(c *Config) any { return &c.Record.ShipURL }},
	{"record-ship-token-file", "CALLAS_RECORD_SHIP_TOKEN_FILE", "record.ship_token_file", "", "file with the bearer token for it", Serve, nil, func(c *Config) any { return &c.Record.ShipToken }},
	{"oidc-issuer", "CALLAS_OIDC_ISSUER", "oidc.issuer", "", "OpenID Connect provider that people sign in with: its issuer, a URL; empty = none", Serve, nil, func(c *Config) any { return &c.OIDC.Issuer }},
	{"oidc-client-id", "CALLAS_OIDC_CLIENT_ID", "oidc.client_id", "", "callas's own id there", Serve, nil, func(c *Config) any { return &c.OIDC.ClientID }},
	{"oidc-client-secret-file", "CALLAS_OIDC_CLIENT_SECRET_FILE", "oidc.client_secret_file", "", "file with callas's secret there; empty = a public client, PKCE alone", Serve, nil, func(c *Config) any { return &c.OIDC.ClientSecretFile }},
	{"oidc-scopes", "CALLAS_OIDC_SCOPES", "oidc.scopes", "openid,profile", "what is asked for there; openid always", Serve, nil, func(c *Config) any { return &c.OIDC.Scopes }},
	{"oidc-name", "CALLAS_OIDC_NAME", "oidc.name", "", "what the button on the sign-in page calls it; empty = the issuer's host", Serve, nil, func(c *Config) any { return &c.OIDC.Name }},
	{"log-level", "CALLAS_LOG_LEVEL", "log.level", "info", "debug, info, warn or error", Serve | Demo, []string{"debug", "info", "warn", "error"}, func(c *Config) any { return &c.LogLevel }},
	{"log-format", "CALLAS_LOG_FORMAT", "log.format", "text", "text or json, on stderr", Serve | Demo, []string{"text", "json"}, func(c *Config) any { return &c.LogFormat }},
	{"shutdown-grace", "CALLAS_SHUTDOWN_GRACE", "shutdown_grace", "10s", "how long a stop waits for answers under way", Serve | Demo, nil, func(c *Config) any { return &c.ShutdownGrace }},
	{"server", "CALLAS_SERVER", "server", "http://127.0.0.1:8080", "the admin listener to ask: a URL or unix:PATH", Client, nil, func(c *Config) any { return &c.Server }},
	{"token", "CALLAS_TOKEN", "token", "", "access token; other users can see it on a command line: prefer the variable or the file", Client | Ask, nil, func(c *Config) any { return &c.Token }},
	{"token-file", "CALLAS_TOKEN_FILE", "token_file", "", "file with the access token in it, mode 0600", Client | Ask, nil, func(c *Config) any { return &c.TokenFile }},
}

package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"callas"
	"callas/cmd/config"
	"callas/demo"
	"callas/dialplan"
	"callas/server"
	"callas/signin"
	"callas/web"
)

// hall returns the pages before a door.
func (p plan) hall(door *server.Server, dial *dialplan.Plan) (*web.Web, error) {
	parts := web.Parts{
		API: door.Admin(), Door: door, Log: p.log, Spell: dialplan.Spell, Region: dial.HomeCountry(), Zone: time.Local, Demo: p.demo, Now: p.now,
		Secure: strings.HasPrefix(p.config.PublicURL, "https:"), OIDCName: p.config.OIDC.Name,
	}
	if p.demo {
		parts.Guests = guests()
	}
	var err error
	if parts.OIDC, err = openProvider(p.config, p.now); err != nil {
		return nil, err
	}
	return web.New(parts)
}

// openProvider returns what people sign in with; nil where nothing is configured. The
// provider is not asked yet.
func openProvider(cfg *config.Config, now func() time.Time) (*signin.Client, error) {
	said := cfg.OIDC
	if said.Issuer == "" {
		if said.ClientID != "" || said.ClientSecretFile != "" {
			return nil, errors.New("oidc.issuer is not set, but what callas is called there is: set it too")
		}
		return nil, nil
	}
	if cfg.PublicURL == "" {
		return nil, errors.New("oidc.issuer is set, and public_url is not: the provider has to know where to send people back to")
	}
	at, err := publicURL(cfg.PublicURL)
	if err != nil {
		return nil, err
	}
	secret, err := readSecret(said.ClientSecretFile)
	if err != nil {
		return nil, err
	}
	return signin.New(signin.Parts{Issuer: said.Issuer, ClientID: said.ClientID, ClientSecret: secret, PublicURL: at, Scopes: said.Scopes, Now: now})
}

func readSecret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("oidc.client_secret_file: %w", err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", fmt.Errorf("oidc.client_secret_file: %s is empty", path)
	}
	return secret, nil
}

// provided reports whether people can sign in with a provider.
func provided(cfg *config.Config) bool { return cfg.OIDC.Issuer != "" }

// guests are the agents of the demo's story, as whom anyone signs in.
func guests() []web.Guest {
	var out []web.Guest
	for _, row := range demo.Rows(time.Time{}) {
		if agent, ok := row.(*callas.Agent); ok && len(out) < storied {
			out = append(out, web.Guest{Name: agent.Name, Token: "demo-agent-" + url.PathEscape(agent.ID)})
		}
	}
	return out
}

// storied is how many agents the demo's story is about: the first of them all.
const storied = 5

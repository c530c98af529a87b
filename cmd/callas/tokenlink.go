package main

import (
	"context"
	"fmt"
	"net"
	"net/url"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/config"
	"callas/settings"
	"callas/source/sqlstore"
)

func (p *program) tokenLinkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "link --role ROLE",
		Short: "make a link that signs someone in to the pages, once, and print it",
		Long: `Makes a link and prints it on stdout. Within 15 minutes, whoever opens it first and presses the
button is signed in: give it to nobody else. The roles are those of callas token create, but for
platform, which has no browser. It works within a second, also where serve is running.`,
		Args: cobra.NoArgs,
		Example: "  callas token link --role admin\n  callas token link --role supervisor --unit london --name 'Regula Keller'\n" +
			"  callas token link --role agent --agent anna",
	}
	holder := holderFlags(c, "agent, supervisor, auditor or admin")
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := p.config(c)
		if err != nil {
			return err
		}
		by := holder()
		if err := checkPrincipal(by); err != nil {
			return err
		}
		if by.Role == callas.RolePlatform {
			return fmt.Errorf("a platform has no browser: callas token create --role platform")
		}
		at, err := pagesAt(cfg, cfg.Admin)
		if err != nil {
			return err
		}
		return p.withStore(c, false, func(ctx context.Context, store *sqlstore.Store) error {
			row, key, err := p.newToken(ctx, store, by, callas.UseLink, settings.LinkLife)
			if err != nil {
				return err
			}
			fmt.Fprintln(p.out, welcomeLink(at, key))
			fmt.Fprintf(p.err, "link %s for %s: good once, until %s\n", row.ID, row.Principal.Name, row.ExpiresAt.Local().Format("15:04"))
			return nil
		})
	}
	return p.reading(c, config.Store|config.Pages)
}

// welcomeLink is where a link's key is redeemed. The key stands in the query rather than
// in the fragment, so that the page works without JavaScript; so the page only shows a
// button, and the key is used up by the form that it sends (mail scanners and previews
// fetch links, and press nothing), is never logged, and goes nowhere as a referrer.
func welcomeLink(at *url.URL, key string) string {
	to := at.JoinPath("welcome")
	to.RawQuery = url.Values{"key": {key}}.Encode()
	return to.String()
}

// pagesAt is how browsers reach the pages: public_url, or else the admin listener.
func pagesAt(cfg *config.Config, admin string) (*url.URL, error) {
	if cfg.PublicURL != "" {
		return publicURL(cfg.PublicURL)
	}
	host, port, err := net.SplitHostPort(admin)
	if err != nil {
		return nil, fmt.Errorf("admin: %q is no address: write host:port, such as 127.0.0.1:8080", admin)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	at := &url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}
	if cfg.AdminTLSCert != "" {
		at.Scheme = "https"
	}
	return at, nil
}

// publicURL reads public_url: an origin, and nothing else.
func publicURL(text string) (*url.URL, error) {
	at, err := url.Parse(text)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" ||
		at.Path != "" && at.Path != "/" || at.RawQuery != "" || at.Fragment != "" || at.User != nil {
		return nil, fmt.Errorf("public_url: %q: write scheme and host, such as https://callas.example.org, and no path", text)
	}
	if here, _ := onlyHere(net.JoinHostPort(at.Hostname(), "0")); at.Scheme == "http" && !here {
		return nil, fmt.Errorf("public_url: %q: browsers send passwords and cookies there in the open: use https", text)
	}
	at.Path = ""
	return at, nil
}

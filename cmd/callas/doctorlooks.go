package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"callas"
	"callas/cmd/config"
	"callas/dialplan"
	"callas/source"
	"callas/source/sqlstore"
)

func (d *doctor) dialPlan(cfg *config.Config) {
	_, err := dialplan.New(cfg.DialPlan)
	switch {
	case err != nil:
		d.fail("dial plan", "%v", err)
	case cfg.Origin("dial_plan.home_country") == "default":
		d.warn("dial plan", "home country %s, which nobody chose: set dial_plan.home_country", cfg.DialPlan.HomeCountry)
	case len(cfg.DialPlan.InternalDomains) == 0:
		d.warn("dial plan", "home country %s, but no internal domain: every SIP address is someone else's; set dial_plan.internal_domains", cfg.DialPlan.HomeCountry)
	default:
		d.ok("dial plan", "home country %s, internal %s", cfg.DialPlan.HomeCountry, strings.Join(cfg.DialPlan.InternalDomains, ", "))
	}
}

// data opens the store and recomputes its chain.
func (d *doctor) data(ctx context.Context, cfg *config.Config) {
	info, err := os.Stat(cfg.Data)
	switch {
	case errors.Is(err, os.ErrNotExist):
		d.warn("data", "%s is not there yet: callas serve or callas token create makes it", cfg.Data)
		return
	case err != nil:
		d.fail("data", "%v", err)
		return
	case !info.IsDir():
		d.fail("data", "%s is no directory: --data names one", cfg.Data)
		return
	}
	d.modes(cfg.Data)
	if _, err := os.Stat(filepath.Join(cfg.Data, storeFile)); errors.Is(err, os.ErrNotExist) {
		d.warn("data", "%s holds no store yet: callas serve or callas token create makes it", cfg.Data)
		return
	}
	store, err := openStore(ctx, cfg.Data, false)
	if err != nil {
		d.fail("data", "%v", err)
		return
	}
	defer store.Close()
	token, err := store.Verify(ctx)
	if err != nil {
		d.fail("data", "%s: %v: restore a backup, and keep this file to find out why", store.Path(), err)
		return
	}
	d.ok("data", "%s, revision %s, its chain recomputed", store.Path(), token)
	d.holders(ctx, store)
	if newest, err := store.History(ctx, source.HistoryQuery{Limit: 1}); err == nil && len(newest) > 0 {
		d.last = newest[0].At
	}
}

// modes looks at who else can read the store's files.
func (d *doctor) modes(dir string) {
	files, _ := filepath.Glob(filepath.Join(dir, storeFile+"*"))
	for _, path := range files {
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
			d.warn("data", "%s is mode %04o, readable for others: chmod 600 %s", path, info.Mode().Perm(), path)
		}
	}
}

// holders looks at whether anyone can get in.
func (d *doctor) holders(ctx context.Context, store *sqlstore.Store) {
	f, err := readFacts(ctx, store)
	if err != nil {
		d.fail("tokens", "%v", err)
		return
	}
	valid, admins := 0, 0
	for _, t := range f.tokens {
		if t.Use != callas.UseToken || t.ExpiresAt != nil && !t.ExpiresAt.After(d.now()) {
			continue
		}
		valid++
		if t.Principal.Role == callas.RoleAdmin {
			admins++
		}
	}
	if admins == 0 {
		d.warn("tokens", "%d valid, none of the role admin: callas token create --role admin, or callas token link --role admin for the pages", valid)
		return
	}
	d.ok("tokens", "%d valid, %d of the role admin", valid, admins)
}

func (d *doctor) policy(ctx context.Context, cfg *config.Config) {
	b, err := openBundle(ctx, cfg)
	if err != nil {
		d.fail("policy", "%v", err)
		return
	}
	d.ok("policy", "%s, %s", b.Name, b.Digest)
}

// askTime bounds a look at a listener.
const askTime = 3 * time.Second

// listeners looks at whether each address is free, or answers as callas does.
func (d *doctor) listeners(ctx context.Context, cfg *config.Config) {
	scheme := "http://"
	if cfg.AdminTLSCert != "" {
		scheme = "https://"
	}
	for _, l := range []struct{ name, scheme, address string }{{"platform", "http://", cfg.Platform}, {"admin", scheme, cfg.Admin}} {
		if free, err := net.Listen("tcp", l.address); err == nil {
			free.Close()
			d.ok(l.name, "%s is free", l.address)
			continue
		}
		why, err := notReady(ctx, l.scheme+l.address)
		switch {
		case err != nil:
			d.fail(l.name, "%s is neither free nor answering as callas does (%v): choose another with --%s", l.address, err, l.name)
		case why != "":
			d.warn(l.name, "%s answers, but is not ready: %s", l.address, why)
		default:
			d.ok(l.name, "%s answers and is ready", l.address)
		}
	}
}

// notReady asks a listener why it is not ready: "" where it is.
func notReady(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	res, err := look(ctx, url+"/readyz")
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var said struct {
		Ready  *bool `json:"ready"`
		Checks []struct {
			OK     bool   `json:"ok"`
			Detail string `json:"detail"`
		} `json:"checks"`
	}
	err = json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&said)
	if err != nil || said.Ready == nil {
		return "", fmt.Errorf("it says %s", res.Status)
	}
	var why []string
	for _, c := range said.Checks {
		if !c.OK {
			why = append(why, c.Detail)
		}
	}
	return strings.Join(why, "; "), nil
}

// timeAt is what a listener's clock says.
func (d *doctor) timeAt(ctx context.Context, url string) (time.Time, bool) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	res, err := look(ctx, strings.TrimSuffix(url, "/")+"/livez")
	if err != nil {
		return time.Time{}, false
	}
	res.Body.Close()
	t, err := http.ParseTime(res.Header.Get("Date"))
	return t, err == nil
}

func look(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	// Whose certificate it is does not matter here: nothing secret is sent, and addresses
	// are looked at under which it was not issued.
	anyone := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment} //nolint:gosec // see above
	return (&http.Client{Transport: anyone}).Do(req)
}

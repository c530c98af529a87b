package signin

import (
	"net/url"
	"strings"
)

// maxReturn bounds where a person was going, in bytes: it has to fit into a cookie.
const maxReturn = 1024

// Local returns a path of this site, with its query, as it was given; anything else is the
// start page. Browsers read //host, /\host and /<tab>/host as another site, and some
// servers decode a path before they send it on, so the decoded path is held to the same.
// Pages about signing in lead back to themselves: they are no place to go either.
func Local(to string) string {
	if len(to) > maxReturn || !strings.HasPrefix(to, "/") {
		return "/"
	}
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.Opaque != "" || u.Fragment != "" {
		return "/"
	}
	for _, path := range []string{to, u.Path, unescaped(u.Path)} {
		path, _, _ = strings.Cut(path, "?")
		if strings.Contains(path, "//") || strings.ContainsFunc(path, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
			return "/"
		}
	}
	if strings.ContainsFunc(to, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
		return "/"
	}
	switch first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/"); first {
	case "signin", "signout", "welcome":
		return "/"
	}
	return to
}

// unescaped decodes a path once more; what cannot be is as it was.
func unescaped(path string) string {
	if again, err := url.PathUnescape(path); err == nil {
		return again
	}
	return path
}

package bundles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"
)

// A Key verifies a bundle's signature.
type Key struct {
	ID        string // as the signature's kid header names it
	Algorithm string // RS256, ES256, ...; HS256 for a shared secret
	Text      string // the public key in PEM, or the secret
}

// read loads and verifies a bundle; test files are verified and left out.
func read(location string, keys []Key) (*bundle.Bundle, error) {
	pages, err := collect(location)
	if err != nil {
		return nil, err
	}
	reader := bundle.NewCustomReader(&shelf{pages: pages}).WithProcessAnnotations(true).WithSizeLimitBytes(maxBundle)
	if len(keys) > 0 && location != Default {
		reader = reader.WithBundleVerificationConfig(trust(keys))
	}
	b, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, advice(err))
	}
	b.Modules = slices.DeleteFunc(b.Modules, func(m bundle.ModuleFile) bool {
		return strings.HasSuffix(m.Path, "_test.rego")
	})
	return &b, nil
}

func trust(keys []Key) *bundle.VerificationConfig {
	configs := make(map[string]*bundle.KeyConfig, len(keys))
	for _, k := range keys {
		configs[k.ID] = &bundle.KeyConfig{Key: k.Text, Algorithm: k.Algorithm}
	}
	return bundle.NewVerificationConfig(configs, "", "", nil)
}

// advice tells what to do about an error of OPA's bundle reader.
func advice(err error) string {
	switch text := err.Error(); {
	case strings.Contains(text, "verification key not provided"):
		return "the bundle is signed: configure the key that verifies it"
	case strings.Contains(text, "missing .signatures.json"):
		return "a key is configured, so sign the bundle with its private half (callas policy sign)"
	case strings.Contains(text, "signature"), strings.Contains(text, "verif"), strings.Contains(text, "digest mismatch"):
		return "the bundle is not what was signed, or signed by another: take it from its author again"
	case strings.Contains(text, "manifest"):
		return "correct .manifest, then open the bundle again"
	}
	return "correct the file, then open the bundle again"
}

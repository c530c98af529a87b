package bundles_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/stretchr/testify/require"

	"callas/bundles"
)

const secret = "a shared secret of some length"

func TestASignedBundleOpensWithItsKey(t *testing.T) {
	private, public := ecKey(t)
	for note, tc := range map[string]struct {
		law book
		key bundles.Key
	}{
		"a public key":    {shipped(t).signed(t, "ES256", private, "acme"), bundles.Key{ID: "acme", Algorithm: "ES256", Text: public}},
		"a shared secret": {shipped(t).signed(t, "HS256", secret, "acme"), bundles.Key{ID: "acme", Algorithm: "HS256", Text: secret}},
	} {
		other := bundles.Key{ID: "other", Algorithm: "HS256", Text: "another secret"}
		for _, location := range []string{tc.law.folder(t), tc.law.archive(t)} {
			b, err := bundles.Open(t.Context(), location, other, tc.key)
			require.NoError(t, err, note)
			require.NotEmpty(t, b.Digest)
		}
	}
}

func TestTheEmbeddedBundleNeedsNoSignature(t *testing.T) {
	_, err := bundles.Open(t.Context(), bundles.Default, bundles.Key{ID: "acme", Algorithm: "HS256", Text: secret})
	require.NoError(t, err)
}

// Ways by which an unsigned law has got past a check for signatures elsewhere
// (GHSA-g2pf-6v5v-qcc8 and its kin).
func TestASignatureIsNotGotAround(t *testing.T) {
	private, public := ecKey(t)
	key := bundles.Key{ID: "acme", Algorithm: "ES256", Text: public}
	plain := shipped(t)
	signed := plain.signed(t, "ES256", private, "acme")
	strangers, _ := ecKey(t)
	delta := book{"patch.json": `{"data": [{"op": "upsert", "path": "/settings/reach", "value": "unit"}]}`, ".manifest": plain[".manifest"]}
	evil := "package callas.own\n\ncall contains \"x\" if input.stale\n"

	for _, tc := range []struct {
		note string
		law  book
		want string
	}{
		{"no signature", plain, "sign the bundle"},
		{"an empty signature", plain.with(".signatures.json", `{}`), "sign the bundle"},
		{"an empty list of signatures", plain.with(".signatures.json", `{"signatures": []}`), "take it from its author again"},
		{"a signature in another folder does not stand for this one", plain.with("old/.signatures.json", signed[".signatures.json"]).with("extra.rego", evil), "extra.rego not included in bundle signature"},
		{"two signature files", signed.with("old/.signatures.json", signed[".signatures.json"]), "multiple signatures files"},
		{"a file that was changed", signed.replaced(t, "callas/gates/gates.rego", "data.state.agents[input.agent].enabled == true", "true"), "digest mismatch"},
		{"a setting that was changed", signed.replaced(t, "data.json", `"subtree"`, `"unit"`), "digest mismatch"},
		{"a manifest that was changed", signed.replaced(t, ".manifest", `"callas"`, `"callas", "acme"`), "digest mismatch"},
		{"a file that was added", signed.with("extra.rego", evil), "extra.rego not included in bundle signature"},
		{"a test that was added", signed.with("extra_test.rego", evil), "not included in bundle signature"},
		{"a file that was taken out", signed.without("callas/own/own.rego"), "not found in the target bundle"},
		{"another's signature under the name", plain.signed(t, "ES256", strangers, "acme"), "failed to verify JWT signature"},
		{"a key that nobody configured", plain.signed(t, "ES256", private, "mallory"), "mallory not found"},
		{"the public key used as a shared secret", plain.signed(t, "HS256", public, "acme"), "failed to verify JWT signature"},
		{"a signature that says it needs none", plain.with(".signatures.json", unsecured(t, signed)), "failed to verify JWT signature"},
		{"a plugin that verifies nothing", signed.with(".signatures.json", strings.Replace(signed[".signatures.json"], `{`, `{"plugin": "none",`, 1)), "no verifier"},
		{"a delta, which cannot be signed", delta, "delta bundles do not support signature verification"},
	} {
		t.Run(tc.note, func(t *testing.T) {
			for _, location := range []string{tc.law.folder(t), tc.law.archive(t)} {
				b, err := bundles.Open(t.Context(), location, key)
				require.Nil(t, b)
				require.ErrorContains(t, err, tc.want)
			}
		})
	}
}

func TestASignatureThatCannotBeCheckedIsNotIgnored(t *testing.T) {
	_, err := bundles.Open(t.Context(), shipped(t).signed(t, "HS256", secret, "acme").folder(t))
	require.ErrorContains(t, err, "the bundle is signed: configure the key that verifies it")
}

func ecKey(t *testing.T) (private, public string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	private = string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	der, err = x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	return private, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// unsecured keeps a signature's list of files, under alg "none" and no signature.
func unsecured(t *testing.T, signed book) string {
	t.Helper()
	var config bundle.SignaturesConfig
	require.NoError(t, json.Unmarshal([]byte(signed[".signatures.json"]), &config))
	payload := strings.Split(config.Signatures[0], ".")[1]
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"acme"}`))
	config.Signatures[0] = header + "." + payload + "."
	text, err := json.Marshal(config)
	require.NoError(t, err)
	return string(text)
}

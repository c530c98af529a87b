package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// issue writes a certificate for 127.0.0.1 and its key.
func issue(t *testing.T, serial int64, chain, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	about := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "callas"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &private.PublicKey, private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
}

func TestTheAdminListenerShowsTheCertificateThatIsThere(t *testing.T) {
	dir := t.TempDir()
	chain, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	issue(t, 1, chain, key)
	log := slog.New(slog.DiscardHandler)
	moment := time.Now()
	c, err := openCertificate(chain, key, log, func() time.Time { return moment })
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	answers := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), TLSConfig: c.config()}
	here := face{name: "admin", listener: l, tls: true, server: pages{answers, l}}
	go func() { ended <- answer(ctx, ctx, []face{here}, log, time.Second, func() {}) }()

	asked := func(tweak func(*tls.Config)) *http.Response {
		t.Helper()
		config := &tls.Config{InsecureSkipVerify: true} // each is its own authority
		if tweak != nil {
			tweak(config)
		}
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, DisableKeepAlives: true}}
		res, err := client.Get("https://" + l.Addr().String())
		if err != nil {
			return nil
		}
		require.NoError(t, res.Body.Close())
		return res
	}
	serial := func() int64 { return asked(nil).TLS.PeerCertificates[0].SerialNumber.Int64() }

	res := asked(nil)
	require.Equal(t, 2, res.ProtoMajor, "browsers get HTTP/2")
	require.Equal(t, int64(1), serial())
	require.Nil(t, asked(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS11 }))
	require.NotNil(t, asked(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }))

	issue(t, 2, chain, filepath.Join(dir, "other.pem"))
	moment = moment.Add(lookEvery)
	require.Equal(t, int64(1), serial(), "half a renewal changes nothing")
	require.NoError(t, os.Rename(filepath.Join(dir, "other.pem"), key))
	require.Equal(t, int64(1), serial(), "nobody looks twice a second")
	moment = moment.Add(lookEvery)
	require.Equal(t, int64(2), serial())
	require.NoError(t, os.Remove(chain))
	moment = moment.Add(lookEvery)
	require.Equal(t, int64(2), serial(), "what is gone stays in use")

	stop()
	require.NoError(t, <-ended)
	_, err = openCertificate(chain, key, log, time.Now)
	require.ErrorContains(t, err, "admin_tls_cert, admin_tls_key: ")
}

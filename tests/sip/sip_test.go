//go:build e2e

// Package sip_test is the scenario on the wire: sipp as the agent's phone, a real
// Kamailio with adapter/kamailio/callas.cfg, sipp as the customer's phone, and the
// built callas behind it. It reads the messages that reach the customer.
//
// tests/setup.sh installs what it needs. Everything listens on 127.0.0.1, on free
// ports. It imports no room of callas: what it knows, the wire told it.
package sip_test

import (
	"os"
	"testing"

	"callas/tests/program"
)

func TestMain(m *testing.M) {
	os.Exit(program.Main(m, "kamailio", "sipp"))
}

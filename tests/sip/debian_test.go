//go:build e2e

package sip_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

// debian is Debian's own kamailio.cfg with the edits of docs/kamailio.md, in a network
// that needs no password, and with a gateway.
func debian(t *testing.T, gateway string) string {
	t.Helper()
	b, err := os.ReadFile("/etc/kamailio/kamailio.cfg")
	require.NoError(t, err, "run tests/setup.sh")
	host, port, err := net.SplitHostPort(gateway)
	require.NoError(t, err)
	config := string(b)
	for _, edit := range [][2]string{
		{"####### Routing Logic ########\n",
			"#!substdef \"!CALLAS_DOMAIN!nordhang.example!g\"\n#!substdef \"!CALLAS_MASK_KEY!a secret!g\"\n" +
				"include_file \"" + shipped(t, "callas.cfg") + "\"\n"},
		{"\troute(AUTH);\n", "\t$avp(callas_agent) = $fU;\n\troute(CALLAS);\n"},
		{"\tif (loose_route()) {\n", "\t\troute(CALLAS);\n"},
	} {
		require.Equal(t, 1, strings.Count(config, edit[0]), "%q", edit[0])
		config = strings.Replace(config, edit[0], edit[0]+edit[1], 1)
	}
	config = strings.NewReplacer(`pstn.gw_ip = ""`, `pstn.gw_ip = "`+host+`"`, `pstn.gw_port = ""`, `pstn.gw_port = "`+port+`"`).Replace(config)
	path := filepath.Join(t.TempDir(), "kamailio.cfg")
	require.NoError(t, os.WriteFile(path, []byte(config), 0o600))
	return path
}

// What docs/kamailio.md says to do to an existing configuration works for the one that
// Debian ships.
func TestDebiansOwnConfiguration(t *testing.T) {
	t.Parallel()
	oracle := openOracle(t)
	p := &proxy{addr: program.FreeAddr(t), trunk: program.FreeAddr(t)}
	p.args = append(kamailio(t, debian(t, p.trunk), oracle.URL), "-l", "udp:"+p.addr, "-A", "WITH_PSTN", "--alias", "nordhang.example")
	p.open(t)

	c := call{agent: "anna", to: customersPhone, agents: trusted(t, "agent-hold"), customer: "customer-hold"}
	got := p.makes(t, c)
	asService(t, c, got, helpFrom)
	agentSeesItself(t, c, got)

	oracle.answers(says(500, ""))
	c = call{agent: "anna", to: customersPhone, agents: trusted(t, "agent")}
	asAgent(t, c, p.makes(t, c))
}

// Behind NAT nathelper has rewritten Contact before callas.cfg sees it: the call works, and
// what the callee gets of the phone is masked.
func TestDebiansOwnConfigurationBehindNAT(t *testing.T) {
	t.Parallel()
	oracle := openOracle(t)
	p := &proxy{addr: program.FreeAddr(t), trunk: program.FreeAddr(t)}
	p.args = append(kamailio(t, debian(t, p.trunk), oracle.URL), "-l", "udp:"+p.addr, "-A", "WITH_PSTN", "-A", "WITH_NAT",
		"-A", "CALLAS_ON_REPLY=NATMANAGE", "--alias", "nordhang.example")
	p.open(t)

	private := trusted(t, "agent-hold", "[local_ip]:[local_port]", "192.168.7.7:5060")
	c := call{agent: "anna", to: customersPhone, agents: private, customer: "customer-hold"}
	got := p.makes(t, c)
	asService(t, c, got, helpFrom)
	agentSeesItself(t, c, got)
}

func TestKamailioDoesNotStartWithoutItsSettings(t *testing.T) {
	t.Parallel()
	check := func(defines ...string) (string, error) {
		config := filepath.Join(t.TempDir(), "kamailio.cfg")
		require.NoError(t, os.WriteFile(config, []byte(strings.Join(defines, "\n")+"\ninclude_file \""+shipped(t, "callas.cfg")+"\"\nrequest_route { route(CALLAS); }\n"), 0o600))
		out, err := exec.Command("kamailio", "-c", "-E", "-l", "udp:"+program.FreeAddr(t), "-f", config).CombinedOutput()
		return string(out), err
	}
	domain, key := `#!substdef "!CALLAS_DOMAIN!nordhang.example!g"`, `#!substdef "!CALLAS_MASK_KEY!a secret!g"`
	out, err := check(domain, key)
	require.NoError(t, err, out)
	out, err = check(domain, key, "#!define CALLAS_TOPOLOGY", "#!define CALLAS_ON_REPLY CALLAS_REPLY", `#!substdef "!CALLAS_EMERGENCY!112|911!g"`)
	require.NoError(t, err, out)
	_, err = check(domain)
	require.Error(t, err, "a mask whose key everybody knows")
	_, err = check(key)
	require.Error(t, err)
}

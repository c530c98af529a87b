package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"callas/cmd/config"
	"callas/engine"
)

// start reads args, environment and a file's text; "" is no file.
func start(t *testing.T, args, environ []string, file string) (*config.Config, error) {
	flags := pflag.NewFlagSet("callas", pflag.ContinueOnError)
	config.Register(flags, config.Everything)
	if file != "" {
		path := filepath.Join(t.TempDir(), "callas.yaml")
		require.NoError(t, os.WriteFile(path, []byte(file), 0o600))
		args = append(args, "--config", path)
		t.Chdir(filepath.Dir(path))
		args[len(args)-1] = "callas.yaml"
	}
	require.NoError(t, flags.Parse(args))
	return config.Load(config.Start{Flags: flags, Environ: environ})
}

func TestAFlagBeatsTheEnvironmentThatTheFileThatTheDefault(t *testing.T) {
	file := "platform: 127.0.0.1:3\nadmin: 127.0.0.1:3\ndata: /three\n"
	environ := []string{"CALLAS_PLATFORM=127.0.0.1:2", "CALLAS_ADMIN=127.0.0.1:2", "CALLAS_BUNDLE=", "HOME=/root"}
	c, err := start(t, []string{"--platform", "127.0.0.1:1"}, environ, file)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:1", c.Platform)
	require.Equal(t, "--platform", c.Origin("platform"))
	require.Equal(t, "127.0.0.1:2", c.Admin)
	require.Equal(t, "CALLAS_ADMIN", c.Origin("admin"))
	require.Equal(t, "/three", c.Data)
	require.Equal(t, "callas.yaml:3", c.Origin("data"))
	require.Equal(t, "default", c.Bundle)
	require.Equal(t, "default", c.Origin("bundle"))
}

func TestDefaults(t *testing.T) {
	c, err := start(t, nil, nil, "")
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:8181", c.Platform)
	require.Equal(t, "127.0.0.1:8080", c.Admin)
	require.Equal(t, config.AuthAuto, c.PlatformAuth)
	require.Equal(t, 50*time.Millisecond, c.Deadline)
	require.Zero(t, c.StaleAfter)
	require.Equal(t, engine.DefaultMemory, c.Remember)
	require.Equal(t, 10*time.Second, c.ShutdownGrace)
	require.Equal(t, "http://127.0.0.1:8080", c.Server)
	require.Equal(t, "GB", c.DialPlan.HomeCountry)
}

func TestTheDialPlanReadsTheSameFromFileFlagsAndEnvironment(t *testing.T) {
	file, err := start(t, nil, nil, `
dial_plan:
  home_country: CH
  outside_prefixes: [0, "9"]   # digits, not numbers
  internal_domains: acme.example
  internal_patterns:
  - 2XXX
  emergency: {CH: [1414, "145"], GB: 18000}
stale_after: 90d
`)
	require.NoError(t, err)
	flags, err := start(t, []string{
		"--dial-plan-home-country=CH", "--dial-plan-outside-prefixes=0, 9", "--dial-plan-internal-domains=acme.example",
		"--dial-plan-internal-patterns=2XXX", "--dial-plan-emergency=CH=1414,145;GB=18000", "--stale-after=2160h",
	}, nil, "")
	require.NoError(t, err)
	environ, err := start(t, nil, []string{
		"CALLAS_DIAL_PLAN_HOME_COUNTRY=CH", "CALLAS_DIAL_PLAN_OUTSIDE_PREFIXES=0,9", "CALLAS_DIAL_PLAN_INTERNAL_DOMAINS=acme.example",
		"CALLAS_DIAL_PLAN_INTERNAL_PATTERNS=2XXX", "CALLAS_DIAL_PLAN_EMERGENCY=CH=1414,145;GB=18000", "CALLAS_STALE_AFTER=90d",
	}, "")
	require.NoError(t, err)
	require.Equal(t, []string{"0", "9"}, file.DialPlan.OutsidePrefixes)
	require.Equal(t, map[string][]string{"CH": {"1414", "145"}, "GB": {"18000"}}, file.DialPlan.Emergency)
	require.Equal(t, file.DialPlan, flags.DialPlan)
	require.Equal(t, file.DialPlan, environ.DialPlan)
	require.Equal(t, 90*24*time.Hour, file.StaleAfter)
	require.Equal(t, file.StaleAfter, flags.StaleAfter)
	require.Equal(t, file.StaleAfter, environ.StaleAfter)
}

func TestWhatIsWrongIsToldWithItsPlace(t *testing.T) {
	wrong := func(name string, args, environ []string, file, want string) {
		t.Run(name, func(t *testing.T) {
			_, err := start(t, args, environ, file)
			require.EqualError(t, err, want)
		})
	}
	wrong("an unknown key", nil, nil, "platfrom: 127.0.0.1:1\n", `callas.yaml:1: unknown key "platfrom" (did you mean "platform"?)`)
	wrong("an unknown key within", nil, nil, "data: /x\ndial_plan:\n  home_contry: GB\n",
		`callas.yaml:3: unknown key "dial_plan.home_contry" (did you mean "dial_plan.home_country"?)`)
	wrong("a key that is like no other", nil, nil, "colour: red\n", `callas.yaml:1: unknown key "colour"`)
	wrong("a key twice", nil, nil, "data: /x\ndata: /y\n", `callas.yaml:2: key "data" is there already, at line 1`)
	wrong("an unknown variable", nil, []string{"CALLAS_LOG_LEVLE=debug"}, "", `unknown variable CALLAS_LOG_LEVLE (did you mean "CALLAS_LOG_LEVEL"?)`)
	wrong("all of it at once", []string{"--deadline", "50"}, []string{"CALLAS_LOG_FORMAT=jsn"}, "log:\n  level: loud\nstale_after: -5s\n",
		"--deadline: \"50\" is no duration: write 50ms, 10s, 5m, 8h or 90d\n"+
			"callas.yaml:3: stale_after: \"-5s\" is negative\n"+
			"callas.yaml:2: log.level: \"loud\" is none of debug, info, warn, error\n"+
			`CALLAS_LOG_FORMAT: "jsn" is none of text, json (did you mean "json"?)`)
	wrong("less than none", nil, []string{"CALLAS_REMEMBER=-1"}, "", `CALLAS_REMEMBER: "-1" is no count: write 0 or a whole number, such as 65536`)
	wrong("a list where a value is wanted", nil, nil, "data: [a, b]\n", "callas.yaml:1: data: want one value, such as callas-data")
	wrong("a value where keys are wanted", nil, nil, "dial_plan: GB\n", "callas.yaml:1: want keys and values here, such as home_country: ...")
	wrong("a list in a list", nil, nil, "dial_plan:\n  countries: [[GB]]\n", "callas.yaml:2: dial_plan.countries: want a list of plain values, such as [a, b]")
	wrong("emergency numbers without a country", []string{"--dial-plan-emergency", "1414"}, nil, "",
		`--dial-plan-emergency: "1414": want COUNTRY=number,number;COUNTRY=number`)
	wrong("an alias", nil, nil, "data: &d /x\nbundle: *d\n", `callas.yaml:2: key "bundle": write the value out instead of *d`)
	wrong("two documents", nil, nil, "data: /x\n---\ndata: /y\n", "callas.yaml: holds more than one document: remove the line ---")
	wrong("no YAML", nil, nil, "data: [\n", "callas.yaml: line 1: did not find expected node content")
	wrong("no file", []string{"--config", "/nowhere/callas.yaml"}, nil, "", "config file: open /nowhere/callas.yaml: no such file or directory")
}

func TestAnEmptyFileAndEmptyValuesSayNothing(t *testing.T) {
	c, err := start(t, nil, nil, "# nothing yet\nbundle:\ndial_plan:\n  countries:\n")
	require.NoError(t, err)
	require.Equal(t, "default", c.Bundle)
	require.Empty(t, c.DialPlan.Countries)
}

func TestEverySettingHasItsThreeNamesAlike(t *testing.T) {
	for _, s := range config.Table {
		want := strings.NewReplacer(".", "-", "_", "-").Replace(s.Key)
		require.Equal(t, want, s.Flag)
		require.Equal(t, "CALLAS_"+strings.ToUpper(strings.ReplaceAll(want, "-", "_")), s.Env)
		require.NotEmpty(t, s.Help)
		require.NotZero(t, s.For)
	}
}

func TestHelpShowsTheTable(t *testing.T) {
	var out strings.Builder
	config.Help(&out, config.Store)
	require.Equal(t, `    FLAG    ENVIRONMENT    KEY IN THE FILE  DEFAULT
  --config  CALLAS_CONFIG
        YAML file with any of the keys below
  --data    CALLAS_DATA    data             callas-data
        directory of the embedded store
`, out.String())
}

func FuzzParse(f *testing.F) {
	f.Add("platform: 127.0.0.1:8181\ndial_plan: {home_country: GB, emergency: {CH: [1414]}}\n")
	f.Add("lissten: x\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		entries, problems := config.Parse("callas.yaml", []byte(text))
		require.False(t, entries == nil && problems == nil)
		for _, p := range problems {
			require.True(t, strings.HasPrefix(p.Error(), "callas.yaml:"), p)
		}
	})
}

func TestTheDocumentationHasEverySetting(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	for _, s := range config.Table {
		value := ""
		if s.Default != "" {
			value = "`" + s.Default + "`"
		}
		require.Contains(t, string(page), fmt.Sprintf("| `%s` | %s | %s |\n", s.Key, value, s.Help))
	}
}

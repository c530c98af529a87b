package policies_test

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"callas"
	"callas/policies"
)

// The same as: opa check --strict --schema policies/schemas policies/callas law.rego.
// Fields of rows are beyond that command; bundles.Open checks them.
func TestSchemasFindAMisspeltField(t *testing.T) {
	set := ast.NewSchemaSet()
	for name, schema := range schemas(t) {
		set.Put(ast.MustParseRef("schema."+name), schema)
	}
	for note, tc := range map[string]struct{ law, want string }{
		"a field of the call":        {"package callas.own\n\ncall contains \"x\" if input.targt.class == \"pstn\"\n", "targt"},
		"a field of the target":      {"package callas.own\n\ncall contains \"x\" if input.target.clas == \"pstn\"\n", "clas"},
		"a table of facts":           {"package callas.gates\n\nx if data.state.agent.anna.enabled\n", "agent"},
		"a setting":                  {"package callas.resolve\n\nx if data.settings.raech == \"unit\"\n", "raech"},
		"a field of a change":        {"package callas.change\n\nx if input.by.rolle == \"admin\"\n", "rolle"},
		"what a menu is not told":    {"package callas.menu\n\nx if input.target\n", "target"},
		"a field of what is masked":  {"package callas.mask\n\nx if input.srevice == \"help\"\n", "srevice"},
		"what a sign-in is not told": {"package callas.signin\n\nx if input.claim.roles\n", "claim"},
		"a field of a row in change": {"package callas.change\n\nx if input.after.untit == \"care\"\n", "untit"},
	} {
		t.Run(note, func(t *testing.T) {
			modules := parse(t)
			modules["law.rego"] = ast.MustParseModuleWithOpts(tc.law, ast.ParserOptions{ProcessAnnotation: true})
			compiler := ast.NewCompiler().WithStrict(true).WithSchemas(set).WithUseTypeCheckAnnotations(true)
			compiler.Compile(modules)
			require.Len(t, compiler.Errors, 1)
			require.Equal(t, ast.TypeErr, compiler.Errors[0].Code)
			require.Contains(t, compiler.Errors[0].Error(), `have: "`+tc.want+`"`)
		})
	}
}

func TestShippedLawKeepsToItsSchemas(t *testing.T) {
	set := ast.NewSchemaSet()
	for name, schema := range schemas(t) {
		set.Put(ast.MustParseRef("schema."+name), schema)
	}
	compiler := ast.NewCompiler().WithStrict(true).WithSchemas(set).WithUseTypeCheckAnnotations(true)
	compiler.Compile(parse(t))
	require.Empty(t, compiler.Errors)
}

func TestShippedSettingsAndTheCompanyKeepToTheirSchemas(t *testing.T) {
	require.NoError(t, validator(t, "settings").Validate(shipped(t)["settings"]))
	require.NoError(t, validator(t, "state").Validate(asJSON(t, company(t))))
}

// Every field of every row, so that a field that is added to a row is added here.
func TestRowsKeepToTheirSchema(t *testing.T) {
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	meta := callas.Meta{Rev: 7, Source: "hr", Locked: []string{"name"}}
	rows := map[string]callas.Row{
		"unit": &callas.Unit{ID: "care", Name: "Care", Parent: "london", Asserted: "+442079460190", Meta: meta},
		"service": &callas.Service{
			ID: "help", Name: "Help", DisplayName: "Help Call Center", Unit: "london", CallAsEnabled: true,
			Numbers: []callas.Number{{
				E164: "+442079460100", Countries: []string{"GB"}, Default: true,
				RightOfUse: callas.RightOfUse{Status: callas.RightVerified, Evidence: "contract", Expires: &at},
			}},
			URI: "sip:help@nordhang.example", Asserted: "+442079460190", Hue: 3, ServeStale: "1h", Meta: meta,
		},
		"profile": &callas.Profile{ID: "day", Name: "Day", Unit: "london", OffDuty: true, Services: []string{"help"}, Meta: meta},
		"agent": &callas.Agent{
			ID: "anna", Name: "Anna", Unit: "care", Enabled: true, Aliases: []string{"2001"}, Number: "+442079460201",
			URI: "sip:anna@nordhang.example", Direction: callas.DirectionAll, Profiles: []string{"day"},
			Responsible: map[string][]string{"day": {"help"}}, Meta: meta,
		},
		"session": &callas.Session{
			Agent: "anna", Profile: "day", CallAs: "help", Since: at, ExpiresAt: &at, EndedBecause: "expired", Meta: meta,
		},
	}
	empty := map[string]callas.Row{
		"unit": &callas.Unit{}, "service": &callas.Service{Numbers: []callas.Number{{RightOfUse: callas.RightOfUse{Status: callas.RightPending}}}},
		"profile": &callas.Profile{}, "agent": &callas.Agent{Direction: callas.DirectionNone}, "session": &callas.Session{},
	}
	state, change := validator(t, "state"), validator(t, "change")
	for kind, row := range rows {
		for _, row := range []callas.Row{row, empty[kind]} {
			asChange := callas.Change{
				By:     callas.Principal{Name: "sue", Role: callas.RoleSupervisor, Units: []string{"london"}, Agent: "anna"},
				Action: callas.Update, Kind: row.Kind(), ID: "x", Before: nil, After: row, Fields: []string{"name"},
			}
			require.NoError(t, change.Validate(asJSON(t, asChange)), kind)

			shown := asJSON(t, row).(map[string]any)
			if kind == "unit" {
				shown["path"] = []any{"care", "london"}
			}
			require.NoError(t, state.Validate(map[string]any{kind + "s": map[string]any{"x": shown}}), kind)
		}
	}
	token := callas.Change{Action: callas.Create, Kind: callas.KindToken, ID: "t", After: &callas.AccessToken{ExpiresAt: &at, Meta: meta}}
	token.By = callas.Principal{Name: "root", Role: callas.RoleAdmin}
	require.NoError(t, change.Validate(asJSON(t, token)))
}

func schemas(t *testing.T) map[string]any {
	t.Helper()
	set := make(map[string]any)
	err := fs.WalkDir(policies.FS, "schemas", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := policies.FS.ReadFile(name)
		require.NoError(t, err)
		var schema any
		require.NoError(t, json.Unmarshal(text, &schema), name)
		set[strings.TrimSuffix(path.Base(name), ".json")] = schema
		return nil
	})
	require.NoError(t, err)
	return set
}

func validator(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource(name+".json", schemas(t)[name]))
	schema, err := compiler.Compile(name + ".json")
	require.NoError(t, err)
	return schema
}

// asJSON turns v into what a JSON decoder makes of it.
func asJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var out any
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}

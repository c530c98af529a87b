package bundles

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/dependencies"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"callas/policies"
)

// facts is where the host lays the facts; no bundle may own it.
const facts = "state"

// barred lists what no law may ask: the network and the machine it runs on.
var barred = []string{"http.send", "net.lookup_ip_addr", "opa.runtime"}

// check looks at what a bundle holds before anything is compiled, and returns its modules.
func check(b *bundle.Bundle) (map[string]*ast.Module, error) {
	if len(b.WasmModules) > 0 || len(b.PlanModules) > 0 {
		return nil, errors.New("holds compiled policies, which nobody can read back to a reason: build it without --target")
	}
	if len(b.Patch.Data) > 0 || b.Type() == bundle.DeltaBundleType {
		return nil, errors.New("patch.json: is a delta, not a whole bundle: build it anew")
	}
	if err := checkRoots(*b.Manifest.Roots); err != nil {
		return nil, err
	}
	if _, ok := b.Data[facts]; ok {
		return nil, errors.New("holds data under \"state\", where the host lays the facts: move it to a root of your own")
	}
	if err := checkSettings(b.Data["settings"]); err != nil {
		return nil, err
	}
	modules := make(map[string]*ast.Module, len(b.Modules))
	for _, m := range b.Modules {
		if m.Parsed.RegoVersion() != ast.RegoV1 {
			return nil, fmt.Errorf("%s:1: is written in Rego v0: convert it with opa fmt --v0-v1, and take rego_version out of .manifest", m.Path)
		}
		modules[m.Path] = m.Parsed
	}
	return modules, nil
}

func checkRoots(roots []string) error {
	for _, root := range roots {
		if root == "" || root == facts || strings.HasPrefix(root, facts+"/") {
			return fmt.Errorf(".manifest: the root %q covers \"state\", where the host lays the facts: "+
				"list the bundle's own roots, such as [\"callas\", \"settings\", \"reasons\"]", root)
		}
	}
	return nil
}

// checkSettings holds data.settings against its schema: a misspelt setting
// would otherwise silently be off.
func checkSettings(settings any) error {
	raw, err := policies.FS.ReadFile("schemas/settings.json")
	if err != nil {
		return err
	}
	var schema any
	if err := json.Unmarshal(raw, &schema); err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("settings.json", schema); err != nil {
		return err
	}
	compiled, err := compiler.Compile("settings.json")
	if err != nil {
		return err
	}
	if err := compiled.Validate(settings); err != nil {
		return fmt.Errorf("data.json: settings: %w: correct it as schemas/settings.json says", err)
	}
	return nil
}

// compile compiles a law as the engine will run it.
func compile(modules map[string]*ast.Module, data map[string]any) (*ast.Compiler, error) {
	compiler := newCompiler().WithPathConflictsCheck(func(path []string) (bool, error) {
		return holds(data, path), nil
	})
	if compiler.Compile(modules); compiler.Failed() {
		return nil, refusal(compiler.Errors)
	}
	return compiler, nil
}

func newCompiler() *ast.Compiler {
	caps := ast.CapabilitiesForThisVersion()
	caps.Builtins = slices.DeleteFunc(slices.Clone(caps.Builtins), func(b *ast.Builtin) bool {
		return slices.Contains(barred, b.Name)
	})
	caps.AllowNet = []string{}
	return ast.NewCompiler().WithStrict(true).WithCapabilities(caps)
}

func holds(data any, path []string) bool {
	for _, key := range path {
		object, ok := data.(map[string]any)
		if !ok {
			return false
		}
		if data, ok = object[key]; !ok {
			return false
		}
	}
	return true
}

func refusal(errs ast.Errors) error {
	return fmt.Errorf("%w: correct it, then open the bundle again; nothing was activated", errs)
}

// checkEntrypoints refuses a law that lacks a rule which Go reads, or whose
// rules no longer look at the facts. opa build -O1 without the facts at hand
// folds data.state to undefined and reports success; the law then knows no
// agent at all.
func checkEntrypoints(compiler *ast.Compiler) error {
	for _, name := range policies.Entrypoints {
		ref := ast.MustParseRef(name)
		if len(compiler.GetRulesExact(ref)) == 0 {
			return fmt.Errorf("does not define %s, which callas reads: take it from the shipped law", name)
		}
		refs, err := dependencies.Base(compiler, ref)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !slices.ContainsFunc(refs, func(r ast.Ref) bool { return r.HasPrefix(factsRef) }) {
			return fmt.Errorf("%s does not look at data.state at all: "+
				"if the bundle was optimised (opa build -O), build it without, since the facts were not there to optimise for", name)
		}
	}
	return nil
}

var factsRef = ast.MustParseRef("data." + facts)

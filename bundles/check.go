package bundles

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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

// optimised is where opa build -O writes what it has worked out beforehand. It
// takes facts that are not at hand for undefined, folds what depends on them,
// wholly or in part, and reports success: such a law may know no agent at all.
const optimised = "optimized/"

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
		if strings.HasPrefix(m.Path, optimised) {
			return nil, fmt.Errorf("%s:1: was optimised (opa build -O) without the facts at hand: build the bundle without -O", m.Path)
		}
		if m.Parsed.RegoVersionSpan().Min() != ast.RegoV1 {
			return nil, fmt.Errorf("%s:1: is written in Rego v0: convert it with opa fmt --v0-v1, and take rego_version out of .manifest", m.Path)
		}
		modules[m.Path] = m.Parsed
	}
	return modules, checkFiles(modules)
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

// checkFiles refuses a rule of the shipped packages that goes on in another file.
// The resolver asks first whether every gate is open and only then what is
// closed: a reason that is merely added to the list would close nothing.
func checkFiles(modules map[string]*ast.Module) error {
	first := make(map[string]*ast.Location)
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		module := modules[name]
		if !slices.ContainsFunc(lawPackages, func(p ast.Ref) bool { return p.Equal(module.Package.Path) }) {
			continue
		}
		for _, rule := range module.Rules {
			path := module.Package.Path.Extend(rule.Head.Ref().GroundPrefix()).String()
			at, ok := first[path]
			switch {
			case !ok:
				first[path] = rule.Location
			case at.File != rule.Location.File:
				return fmt.Errorf("%s:%d: adds to %s of %s:%d: put a gate of your own into package callas.own",
					rule.Location.File, rule.Location.Row, path, at.File, at.Row)
			}
		}
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

// checkEntrypoints refuses a law that lacks a rule which Go reads, or one whose
// rules do not look at the facts.
func checkEntrypoints(compiler *ast.Compiler) error {
	tables := map[string][]string{
		policies.Decision:    {"agents", "services"},
		policies.Explanation: {"agents", "services"},
		policies.Menu:        {"agents", "services"},
		policies.Change:      {"agents", "services", "units"},
		policies.Scope:       {"units"},
	}
	for _, name := range policies.Entrypoints {
		rule := ast.MustParseRef(name)
		if len(compiler.GetRulesExact(rule)) == 0 {
			return fmt.Errorf("does not define %s, which callas reads: take it from the shipped law", name)
		}
		refs, err := dependencies.Base(compiler, rule)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, table := range tables[name] {
			facts := factsRef.Append(ast.StringTerm(table))
			if !slices.ContainsFunc(refs, func(r ast.Ref) bool { return r.HasPrefix(facts) }) {
				return fmt.Errorf("%s does not look at %s: take it from the shipped law, and build the bundle without -O", name, facts)
			}
		}
	}
	for _, name := range policies.Optional {
		rule := ast.MustParseRef(name)
		room := rule[:len(rule)-1]
		if len(compiler.GetRulesExact(rule)) == 0 && len(compiler.GetRules(room)) > 0 {
			return fmt.Errorf("has a package %s that does not define %s, which callas reads: define it, or leave the package out",
				strings.TrimPrefix(room.String(), "data."), rule)
		}
	}
	return nil
}

var factsRef = ast.MustParseRef("data." + facts)

var lawPackages = []ast.Ref{
	ast.MustParseRef("data.callas.gates"),
	ast.MustParseRef("data.callas.resolve"),
	ast.MustParseRef("data.callas.menu"),
	ast.MustParseRef("data.callas.change"),
	ast.MustParseRef("data.callas.mask"),
	ast.MustParseRef("data.callas.signin"),
}

// Package bundles holds the book in which the law is bound: it opens a bundle
// of policies, settings and texts, and lets none pass that could not judge.
//
// A bundle is whole: callas/ with every rule that Go reads, data.json with
// settings and reasons, .manifest with the roots it owns. What Open returns has
// been verified, parsed and compiled. The package never evaluates a policy and
// never looks at a fact.
package bundles

import (
	"context"
	"embed"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Default is the location of the bundle within the program.
const Default = "default"

//go:embed default/.manifest default/data.json
var shipped embed.FS

// A Bundle is a law that has passed the gate. It is a constant.
type Bundle struct {
	Name     string                 // the location it was opened from
	Revision string                 // the manifest's own word for the version; may be empty
	Digest   string                 // sha256:<hex> over modules and data
	Modules  map[string]*ast.Module // by file within the bundle, tests left out
	Texts    map[string]string      // the same files as they were read
	Compiler *ast.Compiler          // the modules, compiled strictly
	Data     map[string]any         // settings, reasons and the author's own: to lay beside data.state
	gates    map[string]place
}

// Open opens the bundle at a location: "" or "default" is the embedded one, else
// a folder or a .tar.gz file. With keys, a bundle that is not the embedded one
// must be signed by one of them.
//
// The error of a bundle that is refused names the bundle, the file and line
// where there is one, and what to do next.
func Open(ctx context.Context, location string, keys ...Key) (*Bundle, error) {
	if location == "" {
		location = Default
	}
	b, err := open(ctx, location, keys)
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %w", location, err)
	}
	return b, nil
}

func open(ctx context.Context, location string, keys []Key) (*Bundle, error) {
	raw, err := read(location, keys)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	modules, err := check(raw)
	if err != nil {
		return nil, err
	}
	if err := checkTypes(modules); err != nil {
		return nil, err
	}
	compiler, err := compile(modules, raw.Data)
	if err != nil {
		return nil, err
	}
	if err := checkEntrypoints(compiler); err != nil {
		return nil, err
	}
	digest, err := digest(raw.Modules, raw.Data)
	if err != nil {
		return nil, err
	}
	return &Bundle{
		Name:     location,
		Revision: raw.Manifest.Revision,
		Digest:   digest,
		Modules:  modules,
		Texts:    texts(raw.Modules),
		Compiler: compiler,
		Data:     raw.Data,
		gates:    places(compiler),
	}, nil
}

package bundles

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
)

// A place is a line of a bundle.
type place struct {
	file string
	line int // from 1
}

// Gate tells where the law closes the gate of a reason: the rule whose METADATA
// says custom.gate. The file is the path within the bundle, the line counts
// from 1. It reports false for a reason that no rule owns up to.
func (b *Bundle) Gate(reason string) (file string, line int, ok bool) {
	p, ok := b.gates[reason]
	return p.file, p.line, ok
}

func places(compiler *ast.Compiler) map[string]place {
	gates := make(map[string]place)
	for _, ref := range compiler.GetAnnotationSet().Flatten() {
		if ref.GetRule() == nil {
			continue
		}
		if gate, ok := ref.Annotations.Custom["gate"].(string); ok {
			at := ref.GetRule().Location
			gates[gate] = place{file: at.File, line: at.Row}
		}
	}
	return gates
}

// texts are a bundle's modules by file, for people to read.
func texts(modules []bundle.ModuleFile) map[string]string {
	all := make(map[string]string, len(modules))
	for _, m := range modules {
		all[m.Path] = string(m.Raw)
	}
	return all
}

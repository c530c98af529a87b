package bundles

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"callas/policies"
)

// anyRow stands for whichever row of a table while types are checked.
const anyRow = "<any row>"

// checkTypes holds a law against the schemas that its METADATA names, so that a
// misspelt field is an error and not silently undefined.
//
// OPA's type checker does not know "every value of this object is a row": it
// takes data.state.agents[id] for anything at all. So, in a copy of the law that
// is checked and thrown away, every row is read as one named row of a known
// type.
func checkTypes(modules map[string]*ast.Module) error {
	schemas, err := schemaSet()
	if err != nil {
		return err
	}
	copies := make(map[string]*ast.Module, len(modules))
	for name, m := range modules {
		copies[name] = m.Copy()
	}
	compiler := newCompiler().
		WithSchemas(schemas).
		WithUseTypeCheckAnnotations(true).
		WithOnlyStagesUpTo(ast.StageCheckTypes).
		WithStageAfterID(ast.StageCheckRecursion, ast.CompilerStageDefinition{
			Name:       "NameRows",
			MetricName: "name_rows",
			Stage:      nameRows,
		})
	if compiler.Compile(copies); compiler.Failed() {
		return refusal(compiler.Errors)
	}
	return nil
}

// nameRows turns data.state.<table>[<any id>] into data.state.<table>[anyRow].
func nameRows(c *ast.Compiler) *ast.Error {
	row := len(factsRef) + 1
	for _, m := range c.Modules {
		ast.WalkRefs(m, func(ref ast.Ref) bool {
			if len(ref) > row && ref.HasPrefix(factsRef) {
				ref[row] = ast.StringTerm(anyRow).SetLocation(ref[row].Location)
			}
			return false
		})
	}
	return nil
}

// schemaSet loads the shipped schemas under the names that METADATA uses:
// schemas/call.json is schema.call.
func schemaSet() (*ast.SchemaSet, error) {
	set := ast.NewSchemaSet()
	err := fs.WalkDir(policies.FS, "schemas", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := policies.FS.ReadFile(name)
		if err != nil {
			return err
		}
		var schema map[string]any
		if err := json.Unmarshal(text, &schema); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		short := strings.TrimSuffix(path.Base(name), ".json")
		if short == facts {
			typeRows(schema)
		}
		set.Put(ast.Ref{ast.SchemaRootDocument, ast.StringTerm(short)}, schema)
		return nil
	})
	return set, err
}

// typeRows says of each table that it holds the one named row.
func typeRows(schema map[string]any) {
	tables, _ := schema["properties"].(map[string]any)
	for _, t := range tables {
		if table, ok := t.(map[string]any); ok {
			table["properties"] = map[string]any{anyRow: table["additionalProperties"]}
		}
	}
}

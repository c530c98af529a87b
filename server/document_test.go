package server_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// A document is server/openapi.yaml, to hold answers against.
type document struct {
	tree     map[string]any
	compiler *jsonschema.Compiler

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema // by JSON pointer
}

const documentURL = "https://callas.test/openapi.yaml"

// readDocument reads it once for all tests.
func readDocument(t testing.TB) *document {
	t.Helper()
	d, err := theDocument()
	require.NoError(t, err)
	return d
}

var theDocument = sync.OnceValues(func() (*document, error) {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	var raw any
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	asJSON, err := json.Marshal(raw)
	if err != nil {
		return nil, err
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	return &document{tree: tree.(map[string]any), compiler: c, schemas: map[string]*jsonschema.Schema{}}, c.AddResource(documentURL, tree)
})

// operations lists "GET /v1/agents/{id}" with the statuses that each documents.
func (d *document) operations() map[string][]string {
	out := map[string][]string{}
	for path, item := range d.tree["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			if method == "parameters" {
				continue
			}
			statuses := slices.Sorted(maps.Keys(op.(map[string]any)["responses"].(map[string]any)))
			out[strings.ToUpper(method)+" "+path] = statuses
		}
	}
	return out
}

// template finds the documented path that a URL's path is of; literal parts first.
func (d *document) template(method, path string) (string, bool) {
	best, literal := "", -1
	for candidate, item := range d.tree["paths"].(map[string]any) {
		if _, ok := item.(map[string]any)[strings.ToLower(method)]; !ok {
			continue
		}
		want, have := strings.Split(candidate, "/"), strings.Split(path, "/")
		if len(want) != len(have) {
			continue
		}
		same := 0
		for i := range want {
			if want[i] == have[i] {
				same++
			} else if !strings.HasPrefix(want[i], "{") || have[i] == "" {
				same = -len(want)
			}
		}
		if same > literal {
			best, literal = candidate, same
		}
	}
	return best, best != ""
}

// hold asserts that an answer is one that the document knows: its status, its content
// type, its headers and its body.
func (d *document) hold(t testing.TB, method, path string, g got) {
	t.Helper()
	template, ok := d.template(method, path)
	if !ok {
		require.Contains(t, []int{404, 405}, g.status, "%s %s is not in the document", method, path)
		d.body(t, "#/components/responses/Other", g)
		return
	}
	at := "#/paths/" + pointerPart(template) + "/" + strings.ToLower(method) + "/responses/"
	status := strconv.Itoa(g.status)
	if d.at(at+status) == nil {
		require.GreaterOrEqual(t, g.status, 500, "%s %s answered %d, which is not documented: %s", method, template, g.status, g.body)
		status = "default"
	}
	d.body(t, at+status, g)
}

func (d *document) body(t testing.TB, pointer string, g got) {
	t.Helper()
	response, pointer := d.resolved(pointer)
	for name, about := range member(response, "headers") {
		header, _ := d.resolvedValue(about)
		value := g.header.Get(name)
		if value == "" {
			require.NotEqual(t, true, header["required"], "%s: the header %s is missing", pointer, name)
			continue
		}
		_, at := d.resolved(pointer + "/headers/" + pointerPart(name))
		require.NoError(t, d.schema(t, at+"/schema").Validate(value), "%s: %s", pointer, name)
	}
	content := member(response, "content")
	if len(content) == 0 {
		require.Empty(t, g.body, "%s documents no body", pointer)
		return
	}
	media, _, _ := strings.Cut(g.header.Get("Content-Type"), ";")
	require.Contains(t, content, media, "%s: %s", pointer, g.body)
	schema := d.schema(t, pointer+"/content/"+pointerPart(media)+"/schema")
	switch media {
	case "application/x-ndjson":
		for line := range bytes.Lines(g.body) {
			d.valid(t, schema, line)
		}
	case "application/json", "application/problem+json":
		d.valid(t, schema, g.body)
	default:
		require.NoError(t, schema.Validate(string(g.body)))
	}
}

func (d *document) valid(t testing.TB, schema *jsonschema.Schema, text []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err, "%s", text)
	require.NoError(t, schema.Validate(value), "%s", text)
}

func (d *document) schema(t testing.TB, pointer string) *jsonschema.Schema {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.schemas[pointer]; s != nil {
		return s
	}
	s, err := d.compiler.Compile(documentURL + pointer)
	require.NoError(t, err)
	d.schemas[pointer] = s
	return s
}

// resolved follows $ref at a pointer to what is meant, and says where that is.
func (d *document) resolved(pointer string) (map[string]any, string) {
	node, _ := d.at(pointer).(map[string]any)
	for ref, ok := node["$ref"].(string); ok; ref, ok = node["$ref"].(string) {
		pointer = ref
		node, _ = d.at(pointer).(map[string]any)
	}
	return node, pointer
}

func (d *document) resolvedValue(v any) (map[string]any, string) {
	node := v.(map[string]any)
	if ref, ok := node["$ref"].(string); ok {
		return d.resolved(ref)
	}
	return node, ""
}

func (d *document) at(pointer string) any {
	var node any = d.tree
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "#/"), "/") {
		object, ok := node.(map[string]any)
		if !ok {
			return nil
		}
		node = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return node
}

func member(node map[string]any, name string) map[string]any {
	m, _ := node[name].(map[string]any)
	return m
}

func pointerPart(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }

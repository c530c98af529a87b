// Package house_test holds the house to its own habits: which room may import
// which, what the README's map says, how long a file is, what the Dockerfile
// builds. It reads the tree and never imports a room.
package house_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.." // the house, seen from here

// A pkg is what go list tells of one package.
type pkg struct {
	ImportPath                         string
	Name                               string
	Standard                           bool
	Imports, TestImports, XTestImports []string
}

// room is the package's folder, "callas" for the root.
func (p pkg) room() string {
	return roomOf(p.ImportPath)
}

func roomOf(path string) string {
	return strings.TrimPrefix(path, "callas/")
}

// ours reports whether an import path is a room of the house.
func ours(path string) bool {
	return path == "callas" || strings.HasPrefix(path, "callas/")
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Name,Standard,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go list")
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

// files calls f with the path of every file whose name ends in suffix, from
// the root on, hidden and built folders left out.
func files(t *testing.T, suffix string, f func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "dist") {
			return fs.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(name, suffix) {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			f(filepath.ToSlash(rel))
		}
		return nil
	})
	require.NoError(t, err)
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	return string(b)
}

func parse(t *testing.T, path string) (*token.FileSet, *ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, filepath.Join(root, path), nil, parser.ParseComments)
	require.NoError(t, err)
	return fset, f
}

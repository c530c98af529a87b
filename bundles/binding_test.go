package bundles_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/stretchr/testify/require"

	"callas/policies"
)

// A book is a bundle's files by path, to be bound as a folder or an archive.
type book map[string]string

// shipped returns the default bundle's files, tests included.
func shipped(t testing.TB) book {
	t.Helper()
	b := book{}
	for _, name := range []string{".manifest", "data.json"} {
		text, err := os.ReadFile(filepath.Join("default", name))
		require.NoError(t, err)
		b[name] = string(text)
	}
	err := fs.WalkDir(policies.FS, "callas", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := policies.FS.ReadFile(name)
		b[name] = string(text)
		return err
	})
	require.NoError(t, err)
	return b
}

// with returns the book with a file added or replaced.
func (b book) with(name, text string) book {
	c := maps.Clone(b)
	c[name] = text
	return c
}

// without returns the book with a file torn out.
func (b book) without(name string) book {
	c := maps.Clone(b)
	delete(c, name)
	return c
}

// replaced returns the book with a text replaced in one file.
func (b book) replaced(t testing.TB, name, old, new string) book {
	t.Helper()
	require.Contains(t, b[name], old)
	return b.with(name, strings.Replace(b[name], old, new, 1))
}

// folder writes the book to a folder and returns its path.
func (b book) folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range b {
		file := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	return dir
}

// archive writes the book to a .tar.gz and returns its path.
func (b book) archive(t testing.TB) string {
	t.Helper()
	var entries [][2]string
	for _, name := range slices.Sorted(maps.Keys(b)) {
		entries = append(entries, [2]string{"/" + name, b[name]})
	}
	return archive(t, entries...)
}

// archive writes [path, text] entries as they come.
func archive(t testing.TB, entries ...[2]string) string {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	for _, entry := range entries {
		header := &tar.Header{Name: entry[0], Mode: 0o644, Size: int64(len(entry[1])), Typeflag: tar.TypeReg}
		require.NoError(t, w.WriteHeader(header))
		_, err := w.Write([]byte(entry[1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, zipped.Close())
	file := filepath.Join(t.TempDir(), "law.tar.gz")
	require.NoError(t, os.WriteFile(file, out.Bytes(), 0o644))
	return file
}

// signed returns the book with the signature that opa sign would write: a JWT
// over the hash of every file.
func (b book) signed(t testing.TB, algorithm, key, id string) book {
	t.Helper()
	hasher, err := bundle.NewSignatureHasher(bundle.SHA256)
	require.NoError(t, err)
	var files []bundle.FileInfo
	for _, name := range slices.Sorted(maps.Keys(b)) {
		var content any = []byte(b[name])
		if bundle.IsStructuredDoc(name) {
			require.NoError(t, json.Unmarshal([]byte(b[name]), &content))
		}
		hash, err := hasher.HashFile(content)
		require.NoError(t, err)
		files = append(files, bundle.NewFile(name, hex.EncodeToString(hash), bundle.SHA256.String()))
	}
	token, err := bundle.GenerateSignedToken(files, bundle.NewSigningConfig(key, algorithm, ""), id)
	require.NoError(t, err)
	text, err := json.Marshal(bundle.SignaturesConfig{Signatures: []string{token}})
	require.NoError(t, err)
	return b.with(".signatures.json", string(text))
}

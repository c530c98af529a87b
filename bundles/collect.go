package bundles

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/loader/filter"

	"callas/policies"
)

// Bounds of a bundle: laws are text. An archive that unpacks to more is refused.
const (
	maxBundle = 16 << 20 // bytes, all files together
	maxFiles  = 1000
)

// A page is one file of a bundle. Its path is slash-separated and relative.
type page struct {
	path string
	text []byte
}

// collect reads every file of the bundle at a location.
func collect(location string) ([]page, error) {
	if location == Default {
		data, err := fs.Sub(shipped, Default)
		if err != nil {
			return nil, err
		}
		return collectFolders(data, policies.FS)
	}
	if strings.Contains(location, "://") {
		return nil, errors.New("is an address, and bundles are opened from disk: fetch it, then give the file")
	}
	info, err := os.Stat(location)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("is not there: give a folder, a .tar.gz file, or \"default\"")
	case err != nil:
		return nil, err
	case info.IsDir():
		return collectFolders(os.DirFS(location))
	}
	f, err := os.Open(location)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	pages, err := collectArchive(f)
	if err != nil {
		return nil, fmt.Errorf("%w: give a folder, or a .tar.gz file as opa build writes it", err)
	}
	return pages, nil
}

// collectFolders reads folders one over another, without hidden folders and links.
func collectFolders(folders ...fs.FS) ([]page, error) {
	var into pile
	for _, folder := range folders {
		err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
				return fs.SkipDir
			case !d.Type().IsRegular():
				return nil
			}
			f, err := folder.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			return into.add(name, f)
		})
		if err != nil {
			return nil, err
		}
	}
	return into.pages, nil
}

// collectArchive reads a gzipped tar.
func collectArchive(r io.Reader) ([]page, error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	var into pile
	archive := tar.NewReader(unzipped)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return into.pages, nil
		}
		if err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := into.add(header.Name, archive); err != nil {
			return nil, err
		}
	}
}

// A pile gathers pages within the bounds. A path that comes twice is refused:
// what was verified and what is used must be the same file.
type pile struct {
	pages []page
	seen  map[string]bool
	size  int
}

func (p *pile) add(name string, r io.Reader) error {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if p.seen[name] {
		return fmt.Errorf("%s is in it twice", name)
	}
	text, err := io.ReadAll(io.LimitReader(r, int64(maxBundle-p.size)+1))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.size += len(text)
	if p.size > maxBundle || len(p.pages) == maxFiles {
		return fmt.Errorf("%s: goes over the bound of %d files and %d MiB in all", name, maxFiles, maxBundle>>20)
	}
	if p.seen == nil {
		p.seen = make(map[string]bool)
	}
	p.seen[name] = true
	p.pages = append(p.pages, page{path: name, text: text})
	return nil
}

// A shelf hands pages to OPA's bundle reader. It has nothing to filter or format.
type shelf struct{ pages []page }

// NextFile hands out the next page, then io.EOF.
func (s *shelf) NextFile() (*bundle.Descriptor, error) {
	if len(s.pages) == 0 {
		return nil, io.EOF
	}
	p := s.pages[0]
	s.pages = s.pages[1:]
	return bundle.NewDescriptor(p.path, p.path, bytes.NewBuffer(p.text)), nil
}

// WithFilter is part of bundle.DirectoryLoader, like the next three.
func (s *shelf) WithFilter(filter.LoaderFilter) bundle.DirectoryLoader         { return s }
func (s *shelf) WithPathFormat(bundle.PathFormat) bundle.DirectoryLoader       { return s }
func (s *shelf) WithSizeLimitBytes(int64) bundle.DirectoryLoader               { return s }
func (s *shelf) WithFollowSymlinks(followSymlinks bool) bundle.DirectoryLoader { return s }

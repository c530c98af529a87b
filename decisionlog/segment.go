package decisionlog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	dirMode  = 0o700
	fileMode = 0o600
	suffix   = ".log"
)

// A segment is one file of groups, named by the sequence number of its first record.
type segment struct {
	path  string
	first uint64
}

func segmentPath(dir string, first uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%020d%s", first, suffix))
}

// segments lists those of a directory, oldest first.
func segments(dir string) ([]segment, error) {
	files, err := os.ReadDir(dir) // in the order of names, and so of numbers
	if err != nil {
		return nil, fmt.Errorf("decision log: %w", err)
	}
	var all []segment
	for _, f := range files {
		digits, ok := strings.CutSuffix(f.Name(), suffix)
		first, err := strconv.ParseUint(digits, 10, 64)
		if !ok || err != nil || len(digits) != 20 || first == 0 {
			continue
		}
		all = append(all, segment{filepath.Join(dir, f.Name()), first})
	}
	return all, nil
}

// open gives the segment's groups as far as they are written now.
func (s segment) open() (*os.File, *reader, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, &reader{file: f, end: info.Size()}, nil
}

// gone reports whether retention was faster than a reader.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// syncDir makes new and removed names of a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// replace writes a small file whole or not at all, durably.
func replace(path string, text []byte) error {
	next := path + ".next"
	f, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

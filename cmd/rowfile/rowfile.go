// Package rowfile reads and writes settings as files: YAML, CSV, JSON and NDJSON.
//
// A file is read whole before anything is done with it, and everything wrong with
// it is told, each with its line. The package judges form only: whether a unit
// exists or a number may be shown is for the server to say. It must never reach
// a store.
//
//	yaml     units: [{id: london, ...}]   sections by kind; documents may follow each other
//	csv      id,name,unit,direction       a header row; lists a;b, responsible day:help;day:claims
//	json     {"agents":[{...}]}           sections by kind, or an array, or ndjson
//	ndjson   {"kind":"agent","row":{...}} a row a line, or {"kind":"agent","id":"x","delete":true}
package rowfile

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"callas"
	"callas/hint"
)

// A Format is how rows are written down.
type Format string

// The formats.
const (
	YAML   Format = "yaml"
	CSV    Format = "csv"
	JSON   Format = "json"
	NDJSON Format = "ndjson"
)

// Formats lists every format.
var Formats = []Format{YAML, CSV, JSON, NDJSON}

// ParseFormat reads a format's name.
func ParseFormat(s string) (Format, error) {
	if f := Format(s); slices.Contains(Formats, f) {
		return f, nil
	}
	return "", fmt.Errorf("format %q is none of yaml, csv, json, ndjson", s)
}

// FormatOf tells a file's format by its name's ending.
func FormatOf(name string) (Format, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		return YAML, nil
	case ".csv":
		return CSV, nil
	case ".json":
		return JSON, nil
	case ".ndjson", ".jsonl":
		return NDJSON, nil
	}
	return "", fmt.Errorf("%s: cannot tell the format by the name: give --format yaml, csv, json or ndjson", name)
}

// Kinds lists what files hold: settings, not sessions or tokens.
var Kinds = []callas.Kind{callas.KindUnit, callas.KindService, callas.KindProfile, callas.KindAgent}

// ParseKind reads a kind as people write it: agent or agents.
func ParseKind(s string) (callas.Kind, error) {
	k := callas.Kind(strings.TrimSuffix(s, "s"))
	if slices.Contains(Kinds, k) {
		return k, nil
	}
	return "", fmt.Errorf("unknown kind %q%s", s, hint.OneOf(s, words(Kinds)))
}

// Section is a kind's name where many of it stand together: agents.
func Section(k callas.Kind) string { return string(k) + "s" }

func words[W ~string](list []W) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

package server

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"callas"
	"callas/giveway"
	"callas/hint"
	"callas/server/wire"
)

// linesBody is one JSON object a line.
var linesBody = []string{"application/x-ndjson"}

// exported are the kinds of an export, what a row refers to before it.
var exported = []callas.Kind{callas.KindUnit, callas.KindService, callas.KindProfile, callas.KindAgent}

// exportRows answers every row that may be read, at one revision, a line each:
//
//	{"kind":"agent","row":{...}}
func (s *Server) exportRows(r *request) (answer, error) {
	sessions, err := onlyFlag(r.http.Request.URL.Query(), "sessions")
	if err != nil {
		return answer{}, err
	}
	sn := r.read(s.State.Snapshot())
	v, err := s.seeing(r, sn, callas.KindUnit)
	if err != nil {
		return answer{}, err
	}
	kinds := exported
	if sessions {
		kinds = append(slices.Clone(exported), callas.KindSession)
	}
	// A large installation takes longer than AnswerTime on a slow line.
	_ = http.NewResponseController(r.http.Writer).SetWriteDeadline(time.Now().Add(ImportTime))
	return answer{media: linesBody[0], stream: func(w io.Writer) error {
		out := bufio.NewWriter(w)
		lines := json.NewEncoder(out)
		var work giveway.Worker
		for _, k := range kinds {
			for row := range sn.Rows(k) {
				work.Step()
				if !v.covers(row) {
					continue
				}
				if err := lines.Encode(exportLine{k, row}); err != nil {
					return err
				}
			}
		}
		return out.Flush()
	}}, nil
}

type exportLine struct {
	Kind callas.Kind `json:"kind"`
	Row  callas.Row  `json:"row"`
}

// onlyFlag reads a query that may hold one flag and nothing else.
func onlyFlag(values url.Values, name string) (on bool, err error) {
	for key, all := range values {
		if key != name {
			return false, badAt("/"+wire.Escape(key), "unknown field %.64q%s", key, hint.OneOf(key, []string{name}))
		}
		if on, err = strconv.ParseBool(all[0]); err != nil || len(all) > 1 {
			return false, badAt("/"+name, "%.64q is neither true nor false", all[0])
		}
	}
	return on, nil
}

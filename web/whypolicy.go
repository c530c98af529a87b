package web

import (
	"net/http"
	"strconv"
	"strings"

	"callas/client"
)

// A whyExcerpt is the lines around one of the law.
type whyExcerpt struct {
	File   string
	Digest string
	Lines  []whyLine
}

type whyLine struct {
	Number int
	Text   string
	Here   bool
}

// What is shown before and after the line: its METADATA, and the rest of the rule.
const linesBefore, linesAfter = 8, 12

// whyPolicy shows where the law closes a gate. It cannot be changed here.
func (w *Web) whyPolicy(v *visit) (view, error) {
	var law struct {
		Digest string `json:"digest"`
		Files  []struct{ File, Text string }
	}
	if err := v.api.Do(v.r.Context(), client.Request{Method: http.MethodGet, Path: "/v1/policy"}, &law); err != nil {
		return view{}, err
	}
	file := v.r.URL.Query().Get("file")
	line, _ := strconv.Atoi(v.r.URL.Query().Get("line"))
	for _, f := range law.Files {
		if f.File != file {
			continue
		}
		all := strings.Split(strings.TrimRight(f.Text, "\n"), "\n")
		line = max(1, min(line, len(all)))
		e := whyExcerpt{File: file, Digest: whyShort(law.Digest)}
		for n := max(1, line-linesBefore); n <= min(len(all), line+linesAfter); n++ {
			e.Lines = append(e.Lines, whyLine{n, all[n-1], n == line})
		}
		return view{page: "why-policy", part: "why-excerpt", title: file, nav: "why", body: e}, nil
	}
	return view{}, &client.Problem{Status: http.StatusNotFound, Title: v.say("why.no_file"), Detail: v.say("why.no_file_sub")}
}

package server

import (
	"encoding/json"
	"net/http"
	"time"
)

// quiet is how long an import goes on before it tells how far it is; a short one
// answers with one line, or with a status.
const quiet = 500 * time.Millisecond

// progress tells how far an import has come, a line at a time.
type progress struct {
	s     *Server
	r     *request
	since time.Time // of the last line
	begun bool
}

func (p *progress) step(phase string, done, total int) {
	if time.Since(p.since) < quiet {
		return
	}
	p.since = time.Now()
	p.line(struct {
		Phase string `json:"phase"`
		Done  int    `json:"done"`
		Total int    `json:"total"`
	}{phase, done, total})
}

// end is the last line, alone where there was no other.
func (p *progress) end(last any) (answer, error) {
	if p.begun {
		p.line(last)
		return answer{sent: true}, nil
	}
	body, err := json.Marshal(last)
	return answer{raw: append(body, '\n'), media: linesBody[0]}, err
}

func (p *progress) line(v any) {
	w := p.r.http.Writer
	if !p.begun {
		p.begun = true
		p.s.headers(p.r, answer{media: linesBody[0]})
		w.WriteHeader(http.StatusOK)
	}
	// Whoever has hung up meanwhile misses the rest; the import goes on or not by itself.
	_ = json.NewEncoder(w).Encode(v)
	w.Flush()
}

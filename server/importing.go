package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"callas"
	"callas/settings"
	"callas/source"
	"callas/state"
)

// importRows puts many rows in, all or none. The whole is refused with a status as
// long as nothing has been sent: when it cannot be read, when policy refuses its
// first row, when the source is away at once. What is wrong with lines is told by
// the answer's last line.
func (s *Server) importRows(r *request) (answer, error) {
	dry, err := onlyFlag(r.http.Request.URL.Query(), "dry_run")
	if err != nil {
		return answer{}, err
	}
	reason, err := r.reason("")
	if err != nil {
		return answer{}, err
	}
	b, err := readLines(r)
	if err != nil {
		return answer{}, err
	}
	if r.key, err = r.requestKey(b.digest); err != nil {
		return answer{}, err
	}
	tell := &progress{s: s, r: r, since: time.Now()}
	tell.step("read", len(b.writes), len(b.writes))
	last, err := s.bringIn(r, b, dry, reason, tell)
	switch {
	case err == nil && b.wrong == 0:
		return tell.end(last)
	case err == nil:
		return tell.end(notImported{true, b.errors, b.wrong})
	case !tell.begun:
		return answer{}, err
	}
	p := s.problem(r, err).json.(*Problem)
	return tell.end(notImported{true, []lineError{{Detail: p.Error()}}, 1})
}

type imported struct {
	Done      bool           `json:"done"`
	DryRun    bool           `json:"dry_run"`
	Created   int            `json:"created"`
	Changed   int            `json:"changed"`
	Unchanged int            `json:"unchanged"`
	Deleted   int            `json:"deleted"`
	Revisions []callas.Token `json:"revisions"`
}

type notImported struct {
	Done       bool        `json:"done"`
	Errors     []lineError `json:"errors"`
	ErrorCount int         `json:"error_count"`
}

// bringIn checks an import and, where it is not dry, writes it. Most of the checking
// is done before the turn is taken, and again only where the facts moved meanwhile.
func (s *Server) bringIn(r *request, b *batch, dry bool, reason string, tell *progress) (out imported, err error) {
	if b.wrong > 0 {
		return out, nil
	}
	sn := s.State.Snapshot()
	im, err := s.weigh(r, sn, b, tell)
	if err != nil || b.wrong > 0 || dry {
		return resultOf(im, dry), err
	}
	release, err := s.turn.exclusive(r.ctx)
	if err != nil {
		return out, err
	}
	defer release()
	for try := 1; ; try++ {
		now, err := s.fresh(r.ctx)
		if err != nil {
			return out, err
		}
		if now.Token() != sn.Token() {
			sn = now
			if im, err = s.weigh(r, sn, b, tell); err != nil || b.wrong > 0 {
				return out, err
			}
		}
		out = resultOf(im, dry)
		out.Revisions, err = s.writeSeries(r, im, reason, tell)
		var moved *source.Conflict
		if !errors.As(err, &moved) || try == maxTries {
			return out, err
		}
		s.catchUp(r.ctx, sn)
	}
}

func resultOf(im *settings.Import, dry bool) imported {
	if im == nil {
		return imported{}
	}
	return imported{true, dry, im.Created, im.Changed, im.Unchanged, im.Deleted, []callas.Token{}}
}

// weigh holds an import to rules and law, on one snapshot.
func (s *Server) weigh(r *request, sn *state.Snapshot, b *batch, tell *progress) (*settings.Import, error) {
	im := settings.NewImport(sn, s.Plan, b.writes)
	if im.Errors > 0 {
		if err := s.first(r, sn, b); err != nil {
			return nil, err
		}
		b.found(im.Findings, im.Errors)
		return im, nil
	}
	asked := b.asked(im)
	if len(asked) > 0 {
		if err := s.permit(r, sn, []source.Write{asked[0].Write}); err != nil {
			return nil, err
		}
	}
	refused := make([][]callas.Reason, len(asked))
	const chunk = 2000
	for from := 0; from < len(asked); from += chunk {
		tell.step("check", from, len(asked))
		to := min(from+chunk, len(asked))
		err := inParallel(r.ctx, to-from, func(ctx context.Context, i int) (err error) {
			refused[from+i], err = s.against(ctx, r.by, sn, asked[from+i].Write)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for i, reasons := range refused {
		if w := asked[i]; len(reasons) > 0 {
			b.fail(lineError{w.line, w.Kind, w.ID, "", fmt.Sprintf("policy refuses %v: %s", reasons, s.spelt(reasons[0]))})
		}
	}
	return im, nil
}

// first asks policy about the first line, so that who may import nothing is told so
// rather than what is wrong with the rows.
func (s *Server) first(r *request, sn *state.Snapshot, b *batch) error {
	if len(b.writes) == 0 {
		return nil
	}
	return s.permit(r, sn, b.writes[:1])
}

// An askedFor is a write that an import asks for, with its line.
type askedFor struct {
	source.Write
	line int
}

// asked lists the writes of an import that its lines ask for; those that follow from
// them are no wish of anybody's.
func (b *batch) asked(im *settings.Import) []askedFor {
	type key struct {
		kind callas.Kind
		id   string
	}
	line := make(map[key]int, len(b.writes))
	for i, w := range b.writes {
		line[key{w.Kind, w.ID}] = b.lines[i]
	}
	var out []askedFor
	for _, writes := range im.Series {
		for _, w := range writes {
			if n := line[key{w.Kind, w.ID}]; n > 0 {
				out = append(out, askedFor{w, n})
			}
		}
	}
	return out
}

// writeSeries commits an import and waits until the facts have it.
func (s *Server) writeSeries(r *request, im *settings.Import, reason string, tell *progress) ([]callas.Token, error) {
	if len(im.Series) == 0 {
		return []callas.Token{}, nil
	}
	rows := 0
	series := make([]source.Commit, len(im.Series))
	for i, writes := range im.Series {
		rows += len(writes)
		series[i] = source.Commit{Actor: r.by.Name, Origin: "import", Reason: reason, Writes: writes}
		if r.key != "" {
			series[i].RequestID = r.key + "/" + strconv.Itoa(i)
		}
	}
	tell.step("write", 0, rows)
	tokens, err := s.Source.CommitSeries(r.ctx, series)
	if err != nil {
		return nil, err
	}
	tell.step("write", rows, rows)
	_, err = s.returned(r, tokens[len(tokens)-1])
	return tokens, err
}

// inParallel calls do for 0 to n-1 on all cores and returns the first error.
func inParallel(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	var (
		next  atomic.Int64
		first error
		once  sync.Once
		wait  sync.WaitGroup
	)
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				err := ctx.Err()
				if err == nil {
					err = do(ctx, i)
				}
				if err != nil {
					once.Do(func() { first = err })
					next.Store(int64(n))
				}
			}
		})
	}
	wait.Wait()
	return first
}

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

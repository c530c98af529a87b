package server

import (
	"errors"
	"fmt"
	"strconv"
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
	if _, err := s.seeing(r, s.State.Snapshot(), callas.KindUnit); err != nil {
		return answer{}, err
	}
	select {
	case s.importing <- struct{}{}:
		defer func() { <-s.importing }()
	default:
		return answer{}, refuse(busy, "another import is under way: its rows are all in memory, so one at a time")
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
	see := s.eyes(r, sn)
	if b.hidden(sn, see); b.wrong > 0 {
		return nil, nil
	}
	im := settings.NewImport(sn, s.Plan, see, b.writes)
	if im.Errors > 0 {
		// Who may import nothing is told so, rather than what is wrong with the rows.
		if err := s.permit(r, sn, b.writes[:min(1, len(b.writes))]); err != nil {
			return nil, err
		}
		b.found(im.Findings, im.Errors)
		return im, nil
	}
	asked, lines := b.asked(im)
	if err := s.permit(r, sn, asked[:min(1, len(asked))]); err != nil {
		return nil, err
	}
	for from := 0; from < len(asked); from += checkedAtOnce {
		tell.step("check", from, len(asked))
		some := asked[from:min(from+checkedAtOnce, len(asked))]
		refused, err := s.refusals(r, sn, some)
		if err != nil {
			return nil, err
		}
		for i, reasons := range refused {
			if len(reasons) > 0 {
				b.fail(lineError{lines[from+i], some[i].Kind, some[i].ID, "", fmt.Sprintf("policy refuses %v: %s", reasons, s.spelt(reasons[0]))})
			}
		}
	}
	return im, nil
}

// hidden refuses to write over rows that the asker may not even see, as Server.hidden does:
// what else is said of such a line would tell what the row is like.
func (b *batch) hidden(sn *state.Snapshot, see settings.Sight) {
	for i, w := range b.writes {
		if row := sn.Row(w.Kind, w.ID); row != nil && !see.Covers(row) {
			b.fail(lineError{b.lines[i], w.Kind, w.ID, "", fmt.Sprintf("there is no %s %q, or none that you may see", w.Kind, w.ID)})
		}
	}
}

// checkedAtOnce is how many rows policy is asked about before progress is told.
const checkedAtOnce = 1000

// asked lists the writes of an import that its lines ask for, with the lines; those
// that follow from them are no wish of anybody's.
func (b *batch) asked(im *settings.Import) (writes []source.Write, lines []int) {
	type key struct {
		kind callas.Kind
		id   string
	}
	line := make(map[key]int, len(b.writes))
	for i, w := range b.writes {
		line[key{w.Kind, w.ID}] = b.lines[i]
	}
	for _, set := range im.Series {
		for _, w := range set {
			if n := line[key{w.Kind, w.ID}]; n > 0 {
				writes, lines = append(writes, w), append(lines, n)
			}
		}
	}
	return writes, lines
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

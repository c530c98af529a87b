package main

import (
	"fmt"
	"io"
	"strconv"

	"callas"
	"callas/replay"
)

// tell writes the report for people.
func (p *program) tell(r *replay.Report, digest string) error {
	if len(r.Changes) > 0 {
		if err := changes(p.out, r.Changes); err != nil {
			return err
		}
		fmt.Fprintln(p.out)
	}
	decided := strconv.Itoa(r.Same+r.Differ) + " calls"
	if r.Same+r.Differ == 1 {
		decided = "1 call"
	}
	switch {
	case r.Same+r.Differ == 0:
		fmt.Fprintln(p.out, "no call was decided again")
	case r.Differ == 0:
		fmt.Fprintf(p.out, "%s decided again, all as recorded\n", decided)
	default:
		fmt.Fprintf(p.out, "%s decided again: %d as recorded, %d would differ\n", decided, r.Same, r.Differ)
	}
	others := 0
	for _, policy := range r.Policies {
		if policy.Digest != digest {
			others += policy.Calls
		}
	}
	for _, note := range []struct {
		n    int
		what string
	}{
		{others, "of them had been decided by another policy than " + digest},
		{r.Unanswered, "left out: no policy had answered them then (timeout, engine_error)"},
		{r.Masked, "cannot be decided again: the policy reads the number or URI that was called, which the record hides (record.callee)"},
		{r.Elsewhere, "cannot be decided again: the settings of their revision are not in this data directory's log"},
		{int(r.Lost), "are not on record: the disk was full then"},
	} {
		if note.n > 0 {
			fmt.Fprintf(p.err, "%d %s\n", note.n, note.what)
		}
	}
	for _, b := range r.Broken {
		fmt.Fprintf(p.err, "the record is damaged: %v\n", b)
	}
	return nil
}

// outcome is how the command exits.
func outcome(r *replay.Report) error {
	switch {
	case r.Differ > 0:
		return &exit{code: exitDiffers}
	case !r.Whole():
		return &exit{code: exitUndecided}
	}
	return nil
}

// changes writes what would differ, a line for all calls that would do so alike.
func changes(w io.Writer, all []replay.Change) error {
	rows := [][]string{{"CALLS", "AGENT", "CLASS", "WAS", "WOULD BE"}}
	for _, c := range all {
		was, would := short(c.Was), short(c.WouldBe)
		if was == would {
			was, would = was+" "+seenAs(c.Was.Identity), would+" "+seenAs(c.WouldBe.Identity)
		}
		rows = append(rows, []string{strconv.Itoa(c.Calls), c.Agent, string(c.Class), was, would})
	}
	return table(w, rows)
}

// short tells an outcome in a few words: "service help", "agent (direction, modality)".
func short(o replay.Outcome) string {
	if o.As == callas.AsService {
		return "service " + o.Service
	}
	return "agent (" + list(o.Reasons) + ")"
}

// seenAs is what the other side sees.
func seenAs(i *callas.Identity) string {
	if i == nil {
		return "as nobody"
	}
	return fmt.Sprintf("as %q %s %s %s", i.Name, i.Number, i.URI, i.Asserted)
}

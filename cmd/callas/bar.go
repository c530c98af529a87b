package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"callas/client"
)

// A bar shows how an import goes on, on a terminal only.
type bar struct {
	to    io.Writer // nil: nowhere
	phase string
	now   *progressbar.ProgressBar
}

func newBar(w io.Writer) *bar {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &bar{to: w}
	}
	return &bar{}
}

// tell moves the bar on; each phase has its own. A total below zero is not known.
func (b *bar) tell(p client.Progress) {
	if b.to == nil || p.Total == 0 {
		return
	}
	if b.now == nil || p.Phase != b.phase {
		b.end()
		b.phase = p.Phase
		b.now = progressbar.NewOptions(p.Total,
			progressbar.OptionSetWriter(b.to),
			progressbar.OptionSetDescription(p.Phase),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetRenderBlankState(true),
			progressbar.OptionSetWidth(30))
	}
	if p.Total > 0 {
		b.now.Set(p.Done)
	}
}

// end takes the bar away.
func (b *bar) end() {
	if b.now != nil {
		b.now.Finish()
		b.now = nil
	}
}

// reading tells how far a file has been read.
func (b *bar) reading(f *os.File) io.Reader {
	info, err := f.Stat()
	if b.to == nil || err != nil || !info.Mode().IsRegular() {
		return f
	}
	return &told{File: f, bar: b, size: int(info.Size())}
}

type told struct {
	*os.File
	bar        *bar
	done, size int
}

func (t *told) Read(p []byte) (int, error) {
	n, err := t.File.Read(p)
	t.done += n
	t.bar.tell(client.Progress{Phase: "read " + t.Name(), Done: min(t.done, t.size), Total: t.size})
	return n, err
}

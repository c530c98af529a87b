package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"callas/cmd/client"
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

// tell moves the bar on; each phase has its own.
func (b *bar) tell(p client.Progress) {
	if b.to == nil {
		return
	}
	if b.now == nil || p.Phase != b.phase {
		b.end()
		b.phase = p.Phase
		b.now = progressbar.NewOptions(p.Total,
			progressbar.OptionSetWriter(b.to),
			progressbar.OptionSetDescription(p.Phase),
			progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(30))
	}
	if p.Total > 0 {
		b.now.ChangeMax(p.Total)
	}
	b.now.Set(p.Done)
}

// end takes the bar away.
func (b *bar) end() {
	if b.now != nil {
		b.now.Finish()
		b.now = nil
	}
}

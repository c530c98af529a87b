//go:build e2e

package browser_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

var pictures = flag.String("pictures", "", "write a picture of every screen into this folder")

// A picture is a screen in some size, theme and language.
type picture struct {
	screen
	theme, lang   string
	width, height int64
}

func TestPictures(t *testing.T) {
	if *pictures == "" {
		return // pictures are made when somebody wants them: make pictures
	}
	office, chromium := program.Demo(t), open(t)
	for _, s := range screens {
		for suffix, p := range map[string]picture{
			"":       {s, "light", "en", 1280, 800},
			"-dark":  {s, "dark", "de", 1280, 800},
			"-small": {s, "light", "en", 360, 740},
		} {
			e := chromium.look(t, office.Admin, p.width, p.height)
			e.wears(p.theme, p.lang)
			e.show(p.screen)
			e.keep(filepath.Join(*pictures, s.name+suffix+".png"))
		}
	}
}

// keep writes what is seen into a file.
func (e *eyes) keep(path string) {
	e.t.Helper()
	require.NoError(e.t, os.WriteFile(path, run(e, chromedp.CaptureScreenshot()), 0o644))
}

//go:build e2e

package browser_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

var pictures = flag.String("pictures", "", "draw the pictures in this folder anew; in an empty one, every screen as four look at it")

// A look is how a screen is looked at.
type look struct {
	suffix, theme, lang string
	width, height       int64
}

var looks = []look{
	{"", "light", "en", 1280, 800},
	{"-dark", "dark", "de", 1280, 800},
	{"-small", "light", "en", 360, 740},
	{"-small-dark", "dark", "de", 320, 740},
}

// title is the README's picture: a supervisor's agents, and an agent's Assistant before them.
const title = "callas.png"

func TestPictures(t *testing.T) {
	if *pictures == "" {
		return // they are drawn when somebody wants them: make pictures
	}
	there, err := filepath.Glob(filepath.Join(*pictures, "*.png"))
	require.NoError(t, err)
	wanted := func(name string) bool {
		return len(there) == 0 || slices.Contains(there, filepath.Join(*pictures, name))
	}
	office, chromium := program.Demo(t), open(t)
	see := func(s screen, l look) []byte {
		e := chromium.look(t, office.Admin, l.width, l.height)
		e.wears(l.theme, l.lang)
		e.show(s)
		js[int](e, `document.querySelector(".demo-note")?.remove(); document.querySelector("c-live") ? 1 : 0`)
		e.becomes(`(document.querySelector("c-live")?.getAttribute("state") ?? "live") == "live" && document.fonts.status == "loaded"`, "the page is live")
		return run(e, chromedp.CaptureScreenshot())
	}
	for _, s := range screens {
		for _, l := range looks {
			if name := s.name + l.suffix + ".png"; wanted(name) {
				require.NoError(t, os.WriteFile(filepath.Join(*pictures, name), see(s, l), 0o644))
			}
		}
	}
	if wanted(title) {
		back := see(screen{"agents", "demo-supervisor", "/agents?may_call_as=any"}, look{"", "light", "en", 1500, 860})
		front := see(screen{"assistant", "demo-agent-anna", "/assistant"}, look{"", "light", "en", 330, 700})
		require.NoError(t, os.WriteFile(filepath.Join(*pictures, title), before(t, back, front), 0o644))
	}
}

// before lays one picture before the lower right of another, a little out of it, with a
// line around both.
func before(t *testing.T, back, front []byte) []byte {
	t.Helper()
	wide, err := png.Decode(bytes.NewReader(back))
	require.NoError(t, err)
	narrow, err := png.Decode(bytes.NewReader(front))
	require.NoError(t, err)
	const out, edge = 40, 1
	all := image.NewRGBA(image.Rect(0, 0, wide.Bounds().Dx()+out, wide.Bounds().Dy()+out))
	line := image.NewUniform(color.RGBA{0x6b, 0x5f, 0x66, 0xff})
	for _, part := range []struct {
		picture image.Image
		at      image.Point
	}{
		{wide, image.Pt(edge, edge)},
		{narrow, all.Bounds().Max.Sub(narrow.Bounds().Size()).Sub(image.Pt(edge, edge))},
	} {
		where := part.picture.Bounds().Add(part.at)
		draw.Draw(all, where.Inset(-edge), line, image.Point{}, draw.Src)
		draw.Draw(all, where, part.picture, image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	require.NoError(t, encoder.Encode(&b, all))
	return b.Bytes()
}

//go:build e2e

// Package browser_test looks at the pages as people do: Debian's Chromium over a running
// callas. axe-core looks at each of them for what keeps people out.
//
// tests/setup.sh installs what it needs.
package browser_test

import (
	"context"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

func TestMain(m *testing.M) {
	os.Exit(program.Main(m, "chromium"))
}

// patience is how long a test waits for what must come: a busy machine is no reason to fail.
const patience = 40 * time.Second

// A browser is one Chromium; each of its eyes is a window with cookies of its own.
type browser struct{ ctx context.Context }

// open starts Chromium. flags are its own, name and value.
func open(t *testing.T, flags ...any) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("force-prefers-reduced-motion", true)) // axe must not see half-faded text
	for i := 0; i < len(flags); i += 2 {
		options = append(options, chromedp.Flag(flags[i].(string), flags[i+1]))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closed := chromedp.NewContext(allocator)
	t.Cleanup(func() { closed(); stop() })
	require.NoError(t, chromedp.Do(ctx))
	return &browser{ctx}
}

// Eyes are someone who looks at pages.
type eyes struct {
	t    *testing.T
	ctx  context.Context
	base string
}

// look opens a window of width by height pixels, in a profile of its own.
func (b *browser) look(t *testing.T, base string, width, height int64) *eyes {
	t.Helper()
	ctx, closed := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closed)
	e := &eyes{t, ctx, base}
	require.NoError(t, chromedp.Do(ctx)) // opens it, for as long as the test goes on
	e.do(chromedp.EmulateViewport(width, height))
	return e
}

// do acts, or fails the test.
func (e *eyes) do(actions ...chromedp.Action[chromedp.Void]) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	require.NoError(e.t, chromedp.Do(ctx, actions...), "at %s", e.where())
}

func (e *eyes) where() string {
	ctx, cancel := context.WithTimeout(e.ctx, time.Second)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return at
}

// open goes to a page.
func (e *eyes) open(path string) {
	e.t.Helper()
	e.do(chromedp.Navigate(e.base + path))
}

// signIn comes in with a demo token and goes to a page.
func (e *eyes) signIn(token, path string) {
	e.t.Helper()
	e.open("/signin?" + url.Values{"next": {path}}.Encode())
	e.do(chromedp.SendKeys(`input[name=token]`, token), chromedp.Submit(`input[name=token]`))
	e.becomes(`location.pathname != "/signin" && document.readyState == "complete"`, "signing in leads on")
}

// text is what an element says.
func (e *eyes) text(selector string) string {
	e.t.Helper()
	return run(e, chromedp.Text(selector, chromedp.NodeReady))
}

// run asks for a value.
func run[T any](e *eyes, action chromedp.Action[T]) T {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	require.NoError(e.t, err, "at %s", e.where())
	return got
}

// js is the value of an expression in the page.
func js[T any](e *eyes, expression string) T {
	e.t.Helper()
	return run(e, chromedp.Evaluate[T](expression))
}

// becomes waits until an expression in the page is true.
func (e *eyes) becomes(expression, why string) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.ctx, patience)
	defer cancel()
	for {
		got, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && got {
			return
		}
		select {
		case <-ctx.Done():
			require.Fail(e.t, why, "%s never became true at %s (%v)", expression, e.where(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

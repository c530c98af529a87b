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
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"callas/tests/program"
)

func TestMain(m *testing.M) {
	code := program.Main(m, "chromium")
	shared.stop()
	os.Exit(code)
}

// Starting Chromium costs seconds, so the tests share one. Its windows have nothing in
// common: each has cookies, storage and a cache of its own.
var shared chromium

type chromium struct {
	once    sync.Once
	ctx     context.Context
	err     error
	cancels []context.CancelFunc
}

func (c *chromium) start(options ...chromedp.ExecAllocatorOption) {
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closed := chromedp.NewContext(allocator)
	c.ctx, c.err, c.cancels = ctx, chromedp.Do(ctx), []context.CancelFunc{closed, stop}
}

func (c *chromium) stop() {
	for _, cancel := range c.cancels {
		cancel()
	}
}

// patience is how long a test waits for what must come: a busy machine is no reason to fail.
const patience = 40 * time.Second

// A browser is one Chromium; each of its eyes is a window with cookies of its own.
type browser struct{ ctx context.Context }

// open looks for a Chromium: the shared one, or one with flags of its own, name and value.
func open(t *testing.T, flags ...any) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("force-prefers-reduced-motion", true)) // axe must not see half-faded text
	if len(flags) == 0 {
		shared.once.Do(func() { shared.start(options...) })
		require.NoError(t, shared.err)
		return &browser{shared.ctx}
	}
	for i := 0; i < len(flags); i += 2 {
		options = append(options, chromedp.Flag(flags[i].(string), flags[i+1]))
	}
	var own chromium
	own.start(options...)
	t.Cleanup(own.stop)
	require.NoError(t, own.err)
	return &browser{own.ctx}
}

// Eyes are someone who looks at pages.
type eyes struct {
	t    *testing.T
	ctx  context.Context
	base string
	said *complaints
}

// Complaints are what a console says in red: exceptions, and what is refused or not there.
type complaints struct {
	mu   sync.Mutex
	list []string
}

func (c *complaints) hear(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			c.list = append(c.list, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		c.list = append(c.list, e.ExceptionDetails.Text)
	}
}

// look opens a window of width by height pixels, in a profile of its own.
func (b *browser) look(t *testing.T, base string, width, height int64) *eyes {
	t.Helper()
	ctx, closed := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closed)
	e := &eyes{t, ctx, base, &complaints{}}
	require.NoError(t, chromedp.Do(ctx)) // opens it, for as long as the test goes on
	require.NoError(t, chromedp.Listen(ctx, e.said.hear))
	e.size(width, height)
	e.do(call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})) // other windows are open besides
	return e
}

// call is a command of the protocol that answers nothing.
func call[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// in is the same window, looked at in another test.
func (e *eyes) in(t *testing.T) *eyes { return &eyes{t, e.ctx, e.base, e.said} }

func (e *eyes) size(width, height int64) {
	e.t.Helper()
	e.do(chromedp.EmulateViewport(width, height))
}

// complainsOfNothing asks whether the console has said nothing in red until now.
func (e *eyes) complainsOfNothing() {
	e.t.Helper()
	e.said.mu.Lock()
	defer e.said.mu.Unlock()
	require.Empty(e.t, e.said.list, "at %s", e.where())
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

// goes to a page, whose scripts may not run.
func (e *eyes) goes(path string) {
	e.t.Helper()
	e.do(chromedp.Navigate(e.base + path))
}

// powered is true once htmx has looked through the page, a moment after it is loaded: who is
// quicker than that is answered as without scripts.
const powered = `document.readyState == "complete" && (!document.querySelector("[hx-get],[hx-post]") || document.querySelector("[data-htmx-powered]") != null)`

// open goes to a page and waits until its scripts answer.
func (e *eyes) open(path string) {
	e.t.Helper()
	e.goes(path)
	e.becomes(powered, "the page answers")
}

// signIn comes in with a demo token and goes to a page.
func (e *eyes) signIn(token, path string) {
	e.t.Helper()
	e.open("/signin?" + url.Values{"next": {path}}.Encode())
	e.do(chromedp.SendKeys(`input[name=token]`, token), chromedp.Submit(`input[name=token]`))
	e.becomes(`location.pathname != "/signin" && `+powered, "signing in leads on")
}

// keys are pressed, one after the other, where the focus is. A key and its character are
// one event, as from a keyboard: whoever takes the key leaves no character.
func (e *eyes) keys(keys string) {
	e.t.Helper()
	var strokes []chromedp.Action[chromedp.Void]
	for _, r := range keys {
		var down *input.DispatchKeyEventParams
		for _, k := range kb.Encode(r) {
			switch k.Type {
			case kb.KeyDown:
				down = k
			case kb.KeyChar:
				down.Text, down.UnmodifiedText = k.Text, k.UnmodifiedText
			case kb.KeyUp:
				strokes = append(strokes, call(input.DispatchKeyEvent, *down), call(input.DispatchKeyEvent, *k))
			}
		}
	}
	e.do(strokes...)
}

// focus is the id of what has it.
func (e *eyes) focus() string {
	e.t.Helper()
	return js[string](e, `document.activeElement?.id ?? ""`)
}

// tabs presses Tab until an element has the focus, as long as there is something new.
func (e *eyes) tabs(to string) {
	e.t.Helper()
	for range 200 {
		if e.focus() == to {
			return
		}
		e.keys(kb.Tab)
	}
	require.Fail(e.t, "Tab never reaches it", "#%s at %s", to, e.where())
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

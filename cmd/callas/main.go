// Command callas runs the product and talks to it: a file a subcommand.
//
// It is wiring and flags: what is decided, checked or stored is so elsewhere.
// Answers go to stdout and nothing else does; everything said beside them goes to
// stderr.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/open-policy-agent/opa/cmd"
)

// version is set by the build: -ldflags "-X main.version=v1.2.3".
var version string

func main() {
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), now: time.Now, random: rand.Reader, name: os.Args[0]}
	os.Exit(p.run(context.Background(), os.Args[1:]))
}

// A program is what the commands have of the process they run in.
type program struct {
	in       io.Reader
	out, err io.Writer // answers, and what is said beside them
	name     string    // how the program was called, for lines to paste
	environ  []string
	now      func() time.Time
	random   io.Reader
}

// An exit ends the program with a code. Without an error there is nothing more to say.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// run runs one command and returns the exit code: 0 where it did what was asked.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	ran, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	var opa *cmd.ExitError
	if errors.As(err, &opa) {
		return opa.Exit
	}
	code := 1
	if asks(ran) {
		code = exitUndecided
	}
	var e *exit
	if errors.As(err, &e) {
		if code = e.code; e.err == nil {
			return code
		}
	}
	fmt.Fprintf(p.err, "callas: %v\n", err)
	return code
}

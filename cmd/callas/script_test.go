package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"callas": main})
}

// The scripts run the command as its users do. Each has two free addresses in
// CALLAS_PLATFORM and CALLAS_ADMIN, where serve and demo listen and the others ask.
//
//	send SIGNAL     to what was started last, and go on
//	ready           wait until callas answers and is ready; ! ready: until it no longer does
//	begin, finish   send half a question; send the other half and want the answer
//	empty DIR       want a directory without anything in it
//	lines FILE N    want so many lines
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			platform, err := freeAddress()
			if err != nil {
				return err
			}
			admin, err := freeAddress()
			if err != nil {
				return err
			}
			e.Values["half"] = &half{}
			e.Setenv("CALLAS_PLATFORM", platform)
			e.Setenv("CALLAS_ADMIN", admin)
			e.Setenv("CALLAS_SERVER", "http://"+admin)
			e.Setenv("CALLAS_DEADLINE", "10s") // a busy machine must not change the answers
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"send":   send,
			"ready":  ready,
			"begin":  begin,
			"finish": finish,
			"empty":  empty,
			"lines":  lines,
		},
	})
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func send(ts *testscript.TestScript, _ bool, args []string) {
	running := ts.BackgroundCmds()
	ts.Check(running[len(running)-1].Process.Signal(map[string]os.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT}[args[0]]))
}

func ready(ts *testscript.TestScript, neg bool, _ []string) {
	for range 300 {
		res, err := http.Get("http://" + ts.Getenv("CALLAS_PLATFORM") + "/readyz")
		if err == nil {
			res.Body.Close()
		}
		if is := err == nil && res.StatusCode == http.StatusOK; is != neg {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("after 15 s, ready is still %v", neg)
}

// A half is what begin has sent half a question over, for finish.
type half struct {
	net.Conn
	from *bufio.Reader
}

const asked = `{"agent":"anna","target":"tel:+441632960001","modality":"audio"}`

func begin(ts *testscript.TestScript, _ bool, _ []string) {
	conn, err := net.Dial("tcp", ts.Getenv("CALLAS_PLATFORM"))
	ts.Check(err)
	ts.Defer(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /v1/resolve HTTP/1.1\r\nHost: callas\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(asked))
	ts.Check(err)
	h := ts.Value("half").(*half)
	h.Conn, h.from = conn, bufio.NewReader(conn)
	for range 2 { // HTTP/1.1 100 Continue, and an empty line: it is being answered
		_, err = h.from.ReadString('\n')
		ts.Check(err)
	}
	_, err = fmt.Fprint(conn, asked[:20])
	ts.Check(err)
}

func finish(ts *testscript.TestScript, neg bool, _ []string) {
	h := ts.Value("half").(*half)
	_, err := fmt.Fprint(h, asked[20:])
	if err == nil {
		var res *http.Response
		if res, err = http.ReadResponse(h.from, nil); err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("answered %s", res.Status)
		}
	}
	if neg != (err != nil) {
		ts.Fatalf("the question under way: %v", err)
	}
}

func empty(ts *testscript.TestScript, _ bool, args []string) {
	found, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, f := range found {
		ts.Logf("%s", filepath.Join(args[0], f.Name()))
	}
	if len(found) > 0 {
		ts.Fatalf("%s is not empty", args[0])
	}
}

func lines(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if got := fmt.Sprint(strings.Count(text, "\n")); got != args[1] {
		ts.Fatalf("%s has %s lines, want %s", args[0], got, args[1])
	}
}

// Command fast is the floor on fasthttp: it reads the question by hand and
// answers constant bytes. It is a module of its own, so that callas does not
// depend on fasthttp; question.go is the floor's.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"

	"github.com/valyala/fasthttp"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8283", "where to listen")
	socket := flag.String("socket", "", "unix socket that also answers")
	flag.Parse()
	body := []byte(constant)
	server := fasthttp.Server{Handler: func(c *fasthttp.RequestCtx) {
		if string(c.Path()) == "/livez" {
			return
		}
		if _, ok := decode(c.PostBody()); !ok {
			c.SetStatusCode(fasthttp.StatusBadRequest)
			return
		}
		c.SetContentType("application/json")
		c.SetBody(body)
	}}
	ended := make(chan error)
	for network, at := range map[string]string{"tcp": *addr, "unix": *socket} {
		if at == "" {
			continue
		}
		l, err := net.Listen(network, at)
		if err != nil {
			fmt.Fprintln(os.Stderr, "fast:", err)
			os.Exit(1)
		}
		go func() { ended <- server.Serve(l) }()
	}
	fmt.Fprintln(os.Stderr, "fast:", <-ended)
	os.Exit(1)
}

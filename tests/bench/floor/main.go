// Command floor is the least a Go service on gin can do: it reads the question
// by hand and answers constant bytes. What callas costs beyond it is callas.
// floor/fast is the same on fasthttp.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8282", "where to listen")
	socket := flag.String("socket", "", "unix socket that also answers")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	body := []byte(constant)
	buffers := sync.Pool{New: func() any { return new([4096]byte) }}
	r.GET("/livez", func(c *gin.Context) { c.Status(http.StatusOK) })
	r.POST("/v1/resolve", func(c *gin.Context) {
		b := buffers.Get().(*[4096]byte)
		defer buffers.Put(b)
		n, err := io.ReadFull(c.Request.Body, b[:])
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			c.Status(http.StatusBadRequest)
			return
		}
		if _, ok := decode(b[:n]); !ok {
			c.Status(http.StatusBadRequest)
			return
		}
		c.Data(http.StatusOK, "application/json", body)
	})
	// A change is a constant too: what it costs the client to ask for it is in both.
	r.PATCH("/v1/agents/:id", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", body) })
	r.POST("/v1/agents/bulk", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", body) })

	server := http.Server{Handler: r, ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error)
	for network, at := range map[string]string{"tcp": *addr, "unix": *socket} {
		if at == "" {
			continue
		}
		l, err := net.Listen(network, at)
		if err != nil {
			fmt.Fprintln(os.Stderr, "floor:", err)
			os.Exit(1)
		}
		go func() { ended <- server.Serve(l) }()
	}
	fmt.Fprintln(os.Stderr, "floor:", <-ended)
	os.Exit(1)
}

// Command floor is the least a Go HTTP service can do: bare gin decodes the
// question and answers constant bytes. What callas costs beyond it is callas.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
)

// question has the fields of POST /v1/resolve.
type question struct {
	Agent    string `json:"agent"`
	Target   string `json:"target"`
	Modality string `json:"modality"`
	CallAs   string `json:"call_as"`
}

const constant = `{"decision":"01J8Z0000000000000000000","as":"service","service":"help001",` +
	`"identity":{"name":"Help 1","number":"+442079460003","uri":"sip:help001@acme.example","asserted":"+442079460003"},` +
	`"target":{"class":"pstn","number":"+447700900123","uri":"tel:+447700900123","country":"GB"},"reasons":[],` +
	`"revision":"42.k3JxQ0aZ3m8","policy":"sha256:0000000000000000000000000000000000000000000000000000000000000000","stale":false}`

func main() {
	addr := flag.String("addr", "127.0.0.1:8282", "where to listen")
	flag.Parse()
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	body := []byte(constant)
	r.GET("/livez", func(c *gin.Context) { c.Status(http.StatusOK) })
	r.POST("/v1/resolve", func(c *gin.Context) {
		b, err := io.ReadAll(c.Request.Body)
		if err != nil {
			c.Status(http.StatusBadRequest)
			return
		}
		var q question
		if err := json.Unmarshal(b, &q); err != nil || q.Agent == "" || q.Target == "" {
			c.Status(http.StatusBadRequest)
			return
		}
		c.Data(http.StatusOK, "application/json", body)
	})
	server := http.Server{Addr: *addr, Handler: r, ReadHeaderTimeout: 5 * time.Second}
	fmt.Fprintln(os.Stderr, "floor:", server.ListenAndServe())
	os.Exit(1)
}

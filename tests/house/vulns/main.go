// Command vulns runs govulncheck over the house where its data can be had, and
// says loudly where it cannot. That is the only reason it lets pass.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"time"
)

const (
	data = "https://vuln.go.dev/index/db.json"
	tool = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
)

func main() {
	if err := reach(data); err != nil {
		fmt.Fprintf(os.Stderr, `
************************************************************************
  govulncheck DID NOT RUN: the vulnerability data cannot be had here.
  %v
  Run "make lint" once where vuln.go.dev can be reached.
************************************************************************

`, err)
		return
	}
	cmd := exec.Command("go", "run", tool, "./...")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "govulncheck:", err)
		os.Exit(1)
	}
}

// reach reports why url does not answer 200.
func reach(url string) error {
	client := http.Client{Timeout: 15 * time.Second}
	resp, err := client.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return nil
}

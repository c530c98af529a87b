package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"callas"
	"callas/tests/bench/company"
)

// changes is what the two largest edits took.
type changes struct {
	rows    int           // of the import
	load    time.Duration // callas import, from start to exit
	edited  int           // agents in the bulk edit
	plan    time.Duration // its dry run
	apply   time.Duration // until the answer, which is after the commit
	commits int64         // changesets that it made
}

// load imports the company with the command line, as an operator would.
func (s *callasServer) load(ctx context.Context, dir string, firm company.Company) (changes, error) {
	var ch changes
	path := filepath.Join(dir, fmt.Sprintf("company-%d.ndjson", firm.Agents))
	f, err := os.Create(path)
	if err != nil {
		return ch, err
	}
	enc := json.NewEncoder(f)
	for row := range firm.Rows() {
		ch.rows++
		if err := enc.Encode(map[string]any{"kind": row.Kind(), "row": row}); err != nil {
			return ch, err
		}
	}
	if err := f.Close(); err != nil {
		return ch, err
	}
	tell("%d agents: callas import of %d rows", firm.Agents, ch.rows)
	cmd := exec.CommandContext(ctx, s.bin, "import", path, "--server", "http://"+s.admin)
	cmd.Env = append(os.Environ(), "CALLAS_TOKEN="+s.token)
	began := time.Now()
	if said, err := cmd.CombinedOutput(); err != nil {
		return ch, fmt.Errorf("callas import: %w\n%.4000s\n%s", err, said, s.tail())
	}
	ch.load = time.Since(began)
	tell("%d agents: imported in %s", firm.Agents, ch.load.Round(10*time.Millisecond))
	return ch, nil
}

// bulk gives every agent of the first region one more profile, as one edit.
func (s *callasServer) bulk(ctx context.Context, firm company.Company, ch *changes) error {
	var plan struct {
		Plan    string       `json:"plan"`
		Base    callas.Token `json:"base"`
		Changed int          `json:"changed"`
	}
	began := time.Now()
	err := s.post(ctx, "/v1/agents/bulk", map[string]any{
		"filter":  map[string]any{"unit": company.RegionUnit(0)},
		"set":     map[string]any{"profiles": map[string]any{"add": []string{company.Campaign}}},
		"reason":  "bench",
		"dry_run": true,
	}, &plan)
	if err != nil {
		return err
	}
	ch.plan = time.Since(began)
	if want := min(firm.Agents, company.Region); plan.Changed != want {
		return fmt.Errorf("the bulk edit would change %d agents, not %d", plan.Changed, want)
	}

	var done struct {
		Revision callas.Token `json:"revision"`
		Changed  int          `json:"changed"`
	}
	began = time.Now()
	if err := s.post(ctx, "/v1/agents/bulk", map[string]any{"plan": plan.Plan, "reason": "bench"}, &done); err != nil {
		return err
	}
	ch.apply = time.Since(began)
	ch.edited, ch.commits = done.Changed, done.Revision.Revision-plan.Base.Revision
	tell("%d agents: bulk edit of %d planned in %s, applied in %s, %d changeset", firm.Agents, ch.edited,
		ch.plan.Round(time.Millisecond), ch.apply.Round(time.Millisecond), ch.commits)
	return nil
}

// post asks the admin listener and reads its JSON answer.
func (s *callasServer) post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.admin+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("POST %s: %s: %s", path, resp.Status, strings.TrimSpace(string(answer)))
	}
	return json.Unmarshal(answer, out)
}

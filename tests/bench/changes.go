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
	"time"

	"callas"
	"callas/tests/bench/company"
)

// changes is what starting and the two largest edits took.
type changes struct {
	agents  int
	rows    int           // of the import
	load    time.Duration // callas import, from start to exit
	peak    int64         // bytes that serve holds after the import and the log-ins
	start   time.Duration // of a fresh serve, until it is ready
	idle    int64         // bytes that it holds then
	edited  int           // agents in the bulk edit
	plan    time.Duration // its dry run
	apply   time.Duration // until the answer, which is after the commit
	commits int64         // changesets that it made
}

// load imports the company's settings with the command line, as an operator
// would, and then its agents' sessions, which no file holds, over HTTP.
func (s *callasServer) load(ctx context.Context, dir string, firm company.Company) (*changes, error) {
	ch := &changes{agents: firm.Agents}
	var settings, sessions bytes.Buffer
	for row := range firm.Rows() {
		to := &settings
		if row.Kind() == callas.KindSession {
			to = &sessions
		} else {
			ch.rows++
		}
		if err := json.NewEncoder(to).Encode(map[string]any{"kind": row.Kind(), "row": row}); err != nil {
			return ch, err
		}
	}
	path := filepath.Join(dir, fmt.Sprintf("company-%d.ndjson", firm.Agents))
	err := os.WriteFile(path, settings.Bytes(), 0o600)
	if err != nil {
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
	if err := s.logIn(ctx, &sessions); err != nil {
		return ch, err
	}
	ch.peak, err = s.memory()
	return ch, err
}

// logIn imports sessions.
func (s *callasServer) logIn(ctx context.Context, sessions io.Reader) error {
	answer, err := s.send(ctx, "/v1/import", "application/x-ndjson", sessions)
	if err != nil {
		return err
	}
	lines := bytes.Split(bytes.TrimSpace(answer), []byte("\n"))
	var last struct {
		Errors []json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil {
		return err
	}
	if len(last.Errors) > 0 {
		return fmt.Errorf("import of sessions: %s", last.Errors[0])
	}
	return nil
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

// post asks the admin listener in JSON and reads its answer.
func (s *callasServer) post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answer, err := s.send(ctx, path, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// send posts to the admin listener; an answer other than 200 is an error.
func (s *callasServer) send(ctx context.Context, path, contentType string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.admin+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("POST %s: %s: %.2000s", path, resp.Status, answer)
	}
	return answer, nil
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"

	"callas"
)

// A tuple says that a user has a relation to an object.
type tuple struct {
	User     string `json:"user"`
	Relation string `json:"relation"`
	Object   string `json:"object"`
}

// perWrite is how many tuples OpenFGA takes at once.
const perWrite = 1_000

// tuples are the facts as the model of peers/openfga.json knows them. What would cost a
// walk at every question is worked out here: an agent is a member of every unit above
// them, and has the classes that their direction covers.
func (f *facts) tuples() iter.Seq[tuple] {
	return func(yield func(tuple) bool) {
		for id, s := range f.services {
			service := "service:" + id
			ok := yield(tuple{"house:acme", "house", service}) && yield(tuple{"unit:" + s.Unit, "unit", service})
			if s.CallAsEnabled {
				ok = ok && yield(tuple{"agent:*", "on", service})
			}
			if slices.ContainsFunc(s.Numbers, func(n callas.Number) bool {
				return n.RightOfUse.Status == callas.RightVerified && len(n.Countries) == 0
			}) {
				ok = ok && yield(tuple{"agent:*", "numbered", service})
			}
			if !ok {
				return
			}
		}
		for id, p := range f.profiles {
			for _, service := range p.Services {
				post := "post:" + id + "/" + service
				if !yield(tuple{post, "post", "service:" + service}) || !yield(tuple{"profile:" + id, "profile", post}) {
					return
				}
			}
		}
		for id := range f.agents {
			for _, t := range f.agentTuples(id) {
				if !yield(t) {
					return
				}
			}
		}
	}
}

func (f *facts) agentTuples(id string) (out []tuple) {
	a, user := f.agents[id], "agent:"+id
	if a.Enabled {
		out = append(out, tuple{user, "enabled", "house:acme"})
	}
	for _, class := range covered(a.Direction) {
		out = append(out, tuple{user, string(class), "house:acme"})
	}
	for _, unit := range f.paths[a.Unit] {
		out = append(out, tuple{user, "member", "unit:" + unit})
	}
	for profile, services := range a.Responsible {
		for _, service := range services {
			out = append(out, tuple{user, "responsible", "post:" + profile + "/" + service})
		}
	}
	if p := f.duty(id); p != nil {
		out = append(out, tuple{user, "active", "profile:" + p.ID})
	}
	if service := f.chosen(id); service != "" {
		out = append(out, tuple{user, "selected", "service:" + service})
	}
	return out
}

// covered are the classes of a direction, as the shipped settings have it.
func covered(d callas.Direction) []callas.Class {
	switch d {
	case callas.DirectionExternal:
		return []callas.Class{callas.PSTN}
	case callas.DirectionInternal:
		return []callas.Class{callas.Internal}
	case callas.DirectionAll:
		return []callas.Class{callas.PSTN, callas.Federated, callas.Internal}
	}
	return nil
}

// writeTuples makes a store with the model and all tuples.
func writeTuples(ctx context.Context, addr string, f *facts) (fgaStore, error) {
	var made struct {
		ID    string `json:"id"`
		Model string `json:"authorization_model_id"`
	}
	if err := postJSON(ctx, "http://"+addr+"/stores", []byte(`{"name":"callas"}`), &made); err != nil {
		return fgaStore{}, err
	}
	store := "http://" + addr + "/stores/" + made.ID
	if err := postJSON(ctx, store+"/authorization-models", openFGAModel, &made); err != nil {
		return fgaStore{}, err
	}
	batch, n := make([]tuple, 0, perWrite), 0
	write := func() error {
		body, err := json.Marshal(map[string]any{"authorization_model_id": made.Model, "writes": map[string]any{"tuple_keys": batch}})
		if err != nil {
			return err
		}
		if n += len(batch); n%100_000 == 0 {
			tell("%d tuples written", n)
		}
		batch = batch[:0]
		return postJSON(ctx, store+"/write", body, &struct{}{})
	}
	for t := range f.tuples() {
		if batch = append(batch, t); len(batch) == perWrite {
			if err := write(); err != nil {
				return fgaStore{}, err
			}
		}
	}
	if len(batch) > 0 {
		if err := write(); err != nil {
			return fgaStore{}, err
		}
	}
	return fgaStore{Store: made.ID, Model: made.Model}, nil
}

// postJSON posts JSON and reads the answer; one that is no success is an error.
func postJSON(ctx context.Context, url string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
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
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("POST %s: %s: %.2000s", url, resp.Status, answer)
	}
	return json.Unmarshal(answer, out)
}

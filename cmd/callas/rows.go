package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"callas"
	"callas/cmd/rowfile"
)

// rowsCommand makes agents, services, units or profiles with what can be done to them.
func (p *program) rowsCommand(k callas.Kind, what string) *cobra.Command {
	c := &cobra.Command{Use: rowfile.Section(k), Aliases: []string{string(k)}, Short: what + ": ls, get, set, rm"}
	subs := []*cobra.Command{p.lsCommand(k), p.getCommand(k), p.setCommand(k), p.rmCommand(k)}
	if k == callas.KindAgent {
		c.Short = what + ": ls, get, set, bulk, rm"
		subs = append(subs, p.bulkCommand())
	}
	return group(c, subs...)
}

// reasonFlag adds --reason to a command that changes something.
func reasonFlag(c *cobra.Command) *string {
	return c.Flags().String("reason", "", "why, for the record of the change")
}

// printJSON writes an answer for people who asked for JSON: indented.
func printJSON(w io.Writer, raw json.RawMessage) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return fmt.Errorf("the answer is no JSON: %w", err)
	}
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// columns is a kind's table in ls: headings, and a row's cells.
func columns(k callas.Kind) ([]string, func(callas.Row) []string) {
	switch k {
	case callas.KindAgent:
		return []string{"ID", "NAME", "UNIT", "DIRECTION", "PROFILES", "RESPONSIBLE"}, func(row callas.Row) []string {
			a := row.(*callas.Agent)
			direction := string(a.Direction)
			if !a.Enabled {
				direction = "(disabled)"
			}
			return []string{a.ID, a.Name, a.Unit, direction, strings.Join(a.Profiles, ","), responsible(a)}
		}
	case callas.KindService:
		return []string{"ID", "NAME", "UNIT", "CALL AS", "NUMBERS"}, func(row callas.Row) []string {
			s := row.(*callas.Service)
			var numbers []string
			for _, n := range s.Numbers {
				number := n.E164
				if n.RightOfUse.Status != callas.RightVerified {
					number += " (" + string(n.RightOfUse.Status) + ")"
				}
				numbers = append(numbers, number)
			}
			return []string{s.ID, s.Name, s.Unit, onOff(s.CallAsEnabled), strings.Join(numbers, ", ")}
		}
	case callas.KindProfile:
		return []string{"ID", "NAME", "UNIT", "SERVICES"}, func(row callas.Row) []string {
			p := row.(*callas.Profile)
			services := strings.Join(p.Services, ",")
			if p.OffDuty {
				services = "(off duty)"
			}
			return []string{p.ID, p.Name, p.Unit, services}
		}
	}
	return []string{"ID", "NAME", "PARENT"}, func(row callas.Row) []string {
		u := row.(*callas.Unit)
		return []string{u.ID, u.Name, u.Parent}
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// responsible writes day:help,claims campaign:renewals.
func responsible(a *callas.Agent) string {
	var out []string
	for _, profile := range a.Profiles {
		if services := a.Responsible[profile]; len(services) > 0 {
			out = append(out, profile+":"+strings.Join(services, ","))
		}
	}
	return strings.Join(out, " ")
}

// listing writes rows under headings.
func listing(w io.Writer, k callas.Kind, rows []json.RawMessage) error {
	headings, cells := columns(k)
	lines := [][]string{headings}
	for _, raw := range rows {
		row := callas.NewRow(k)
		if err := json.Unmarshal(raw, row); err != nil {
			return fmt.Errorf("%s: %w", rowfile.Section(k), err)
		}
		lines = append(lines, cells(row))
	}
	return table(w, lines)
}

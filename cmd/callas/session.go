package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"callas"
	"callas/client"
	"callas/cmd/config"
)

func (p *program) sessionCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "session AGENT",
		Short: "what an agent's Call As menu offers; switch the duty profile or the selection",
		Long: `Shows what an agent sees under Call As: what is selected, what is available, and why not the rest.
With --profile or --call-as it changes that first. A service that is not available now is refused
with the reasons, and nothing is changed.`,
		Args:    oneAgent,
		Example: "  callas session anna\n  callas session anna --profile day --call-as help\n  callas session anna --call-as none\n  callas session end anna",
	}
	profile := c.Flags().String("profile", "", "make this duty profile the active one; none: no profile")
	callAs := c.Flags().String("call-as", "", "select this service; none: call as oneself")
	expires := c.Flags().Duration("expires-in", 0, "end the selection after this time: 8h")
	asJSON := c.Flags().Bool("json", false, "print the menu as JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		set := map[string]any{}
		for name, v := range map[string]*string{"profile": profile, "call_as": callAs} {
			switch *v {
			case "":
			case callas.CallAsNone:
				set[name] = nil
			default:
				set[name] = *v
			}
		}
		if *expires > 0 {
			if *callAs == "" || *callAs == callas.CallAsNone {
				return errors.New("--expires-in ends a selection: give --call-as with it")
			}
			set["expires_in"] = expires.String()
		}
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		var menu client.Menu
		if len(set) == 0 {
			menu, err = admin.Menu(c.Context(), args[0])
		} else {
			menu, err = admin.SetSession(c.Context(), args[0], set)
		}
		if err != nil {
			return err
		}
		if *asJSON {
			return printJSON(p.out, menu.Raw)
		}
		return writeMenu(p.out, menu.Menu)
	}
	c.AddCommand(p.sessionEndCommand())
	return p.reading(c, config.Client)
}

func (p *program) sessionEndCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "end AGENT",
		Short:   "log an agent out: off duty, None selected",
		Args:    oneAgent,
		Example: "  callas session end anna",
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		admin, err := p.admin(c)
		if err != nil {
			return err
		}
		if err := admin.EndSession(c.Context(), args[0]); err != nil {
			return err
		}
		fmt.Fprintf(p.err, "%s is logged out\n", args[0])
		return nil
	}
	return p.reading(c, config.Client)
}

func oneAgent(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%s: want one agent's id, such as: %s anna", c.CommandPath(), c.CommandPath())
	}
	return nil
}

// maxClosed is how many services that are not available a menu spells out.
const maxClosed = 20

// writeMenu tells a menu: who, what is selected, what is available, why not the rest,
// and whom a callee sees.
func writeMenu(w io.Writer, m callas.Menu) error {
	profile := m.Profile
	if profile == "" {
		profile = "none active"
	}
	fmt.Fprintf(w, "agent %s, duty profile %s\n", m.Agent, profile)
	fmt.Fprintf(w, "calls as: %s\n", selection(m))
	var rows [][]string
	closed := 0
	for _, item := range m.Items {
		mark, why := "✓", ""
		if !item.Available {
			mark, why = "✗", list(item.Reasons)
			if closed++; closed > maxClosed {
				continue
			}
		}
		rows = append(rows, []string{mark + " " + item.Service, item.Name, item.Number, why})
	}
	if more := closed - maxClosed; more > 0 {
		rows = append(rows, []string{fmt.Sprintf("and %d more that are not available; --json shows all", more)})
	}
	for _, class := range []callas.Class{callas.PSTN, callas.Internal, callas.Federated} {
		if id := m.Preview[class]; id != nil {
			rows = append(rows, []string{"seen by " + string(class), id.Name, id.Number})
		}
	}
	return table(w, rows)
}

func selection(m callas.Menu) string {
	s := m.Selection
	if s == nil {
		if m.Ended != "" {
			return "None (the last selection ended: " + m.Ended + ")"
		}
		return "None"
	}
	text := s.Service
	if i := slices.IndexFunc(m.Items, func(i callas.MenuItem) bool { return i.Service == s.Service }); i >= 0 {
		text = m.Items[i].Name
	}
	if s.ExpiresAt != nil {
		text += ", until " + s.ExpiresAt.Format(time.RFC3339)
	}
	if s.Withdrawn {
		text += " (withdrawn: " + list(s.Reasons) + ")"
	}
	return text
}

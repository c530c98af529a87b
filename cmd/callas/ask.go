package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callas"
	"callas/client"
	"callas/cmd/config"
)

// admin returns a client of the admin listener, with the token that was given.
func (p *program) admin(c *cobra.Command) (*client.Client, error) {
	cfg, err := p.config(c)
	if err != nil {
		return nil, err
	}
	return connect(cfg, cfg.Server)
}

// platform returns a client of the platform listener.
func (p *program) platform(c *cobra.Command) (*client.Client, error) {
	cfg, err := p.config(c)
	if err != nil {
		return nil, err
	}
	return connect(cfg, cfg.Platform)
}

func connect(cfg *config.Config, server string) (*client.Client, error) {
	token := cfg.Token
	if cfg.TokenFile != "" && token == "" {
		text, err := os.ReadFile(cfg.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("token file: %w", err)
		}
		token = strings.TrimSpace(string(text))
	}
	return client.New(client.Parts{Server: server, Token: token})
}

// The exit codes of resolve, explain and replay.
const (
	exitAsService = 0
	exitAsAgent   = 1
	exitUndecided = 2

	exitDiffers = 1 // of replay: some calls would be decided otherwise
)

// asks reports whether a command is one whose exit code is an answer.
func asks(c *cobra.Command) bool {
	return slices.Contains([]string{"callas resolve", "callas explain", "callas replay"}, c.CommandPath())
}

// question gives a command the flags of a question and returns how to read it.
func question(c *cobra.Command) func(args []string) client.Question {
	modality := c.Flags().String("modality", string(callas.Audio), "audio, video or im")
	callAs := c.Flags().String("call-as", "", "a service, or none, in place of what the agent has selected")
	return func(args []string) client.Question {
		return client.Question{
			Agent: args[0], Target: args[1], Modality: callas.Modality(*modality), CallAs: *callAs, Platform: "cli",
		}
	}
}

// twoArgs wants an agent and a target.
func twoArgs(c *cobra.Command, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("%s: want an agent and a target, such as: %s anna tel:+441632960001", c.CommandPath(), c.CommandPath())
	}
	return nil
}

// code is how a question's command exits.
func code(d callas.Decision) error {
	if d.As == callas.AsService {
		return nil
	}
	return &exit{code: exitAsAgent}
}

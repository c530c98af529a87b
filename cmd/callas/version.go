package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "what this program was built from",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := built()
			fmt.Fprintf(p.out, "callas    %s\ncommit    %s\ngo        %s\nopa       %s\nplatform  %s\n", b.version, b.commit, b.golang, b.opa, b.platform)
			return nil
		},
	}
}

// versionLine is what --version prints.
func (p *program) versionLine() string { return "callas " + built().version }

type build struct{ version, commit, golang, opa, platform string }

// built reads what the Go tool noted in the program.
func built() build {
	b := build{golang: runtime.Version(), opa: "unknown", platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	var commit []string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision", s.Key == "vcs.time":
			commit = append(commit, s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			commit = append(commit, "with changes")
		}
	}
	for _, d := range info.Deps {
		if d.Path == "github.com/open-policy-agent/opa" {
			b.opa = d.Version
		}
	}
	b.commit = cmp.Or(strings.Join(commit, " "), "unknown")
	b.version = cmp.Or(version, info.Main.Version, "unknown")
	return b
}

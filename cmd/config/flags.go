package config

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// Register gives fs the flags of the settings that r reads, and --config.
func Register(fs *pflag.FlagSet, r Reader) {
	fs.String(fileSetting.Flag, "", fileSetting.Help)
	for _, s := range Table {
		if s.For&r != 0 {
			fs.String(s.Flag, s.Default, s.Help)
		}
	}
}

// IsSetting reports whether a flag is one of the table's.
func IsSetting(flag string) bool {
	if flag == fileSetting.Flag {
		return true
	}
	for _, s := range Table {
		if s.Flag == flag {
			return true
		}
	}
	return false
}

// Help writes the table for the settings that r reads: a line of names and the
// default, and a line that says what it is.
func Help(w io.Writer, r Reader) {
	shown := []Setting{{Flag: "FLAG", Env: "ENVIRONMENT", Key: "KEY IN THE FILE", Default: "DEFAULT"}, fileSetting}
	for _, s := range Table {
		if s.For&r != 0 {
			shown = append(shown, s)
		}
	}
	var flag, env, key int
	for _, s := range shown {
		flag, env, key = max(flag, len(s.Flag)), max(env, len(s.Env)), max(key, len(s.Key))
	}
	for i, s := range shown {
		dashes := "--"
		if i == 0 {
			dashes = "  "
		}
		names := fmt.Sprintf("  %s%-*s  %-*s  %-*s  %s", dashes, flag, s.Flag, env, s.Env, key, s.Key, s.Default)
		fmt.Fprintln(w, strings.TrimRight(names, " "))
		if s.Help != "" {
			fmt.Fprintf(w, "        %s\n", s.Help)
		}
	}
}

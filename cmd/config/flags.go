package config

import (
	"fmt"
	"io"
	"text/tabwriter"

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

// Help writes the table for the settings that r reads.
func Help(w io.Writer, r Reader) {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tab, "  FLAG\tENVIRONMENT\tKEY\tDEFAULT\tWHAT\n")
	fmt.Fprintf(tab, "  --%s\t%s\t\t\t%s\n", fileSetting.Flag, fileSetting.Env, fileSetting.Help)
	for _, s := range Table {
		if s.For&r != 0 {
			fmt.Fprintf(tab, "  --%s\t%s\t%s\t%s\t%s\n", s.Flag, s.Env, s.Key, s.Default, s.Help)
		}
	}
	tab.Flush()
}

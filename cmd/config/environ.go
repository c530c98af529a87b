package config

import (
	"fmt"
	"slices"
	"strings"
)

const envPrefix = "CALLAS_"

// environment picks callas's variables. An empty one is as good as none; one that
// no setting has is refused, because a limit that is not set is not noticed.
func environment(environ []string) (map[string]string, []error) {
	known := []string{fileSetting.Env}
	for _, s := range Table {
		known = append(known, s.Env)
	}
	env := map[string]string{}
	var problems []error
	for _, pair := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) || value == "" {
			continue
		}
		if !slices.Contains(known, name) {
			problems = append(problems, fmt.Errorf("unknown variable %s%s", name, hintOf(name, known)))
			continue
		}
		env[name] = value
	}
	return env, problems
}

package house_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheImageIsBuiltWithTheGoOfTheModule(t *testing.T) {
	module := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	image := regexp.MustCompile(`(?m)^FROM golang:(\d+\.\d+) AS build$`).FindStringSubmatch(read(t, "Dockerfile"))
	require.NotNil(t, module)
	require.NotNil(t, image)
	require.Equal(t, module[1], image[1])
}

func TestTheImageRunsAsNobodyInAnEmptyImage(t *testing.T) {
	got := read(t, "Dockerfile")
	require.Regexp(t, `(?m)^FROM scratch$`, got)
	require.Regexp(t, `(?m)^USER \d+:\d+$`, got)
	require.NotRegexp(t, `(?m)^(CMD|ENTRYPOINT) [^\[]`, got, "the image has no shell: commands are lists")
}

//go:build !linux

package load

import "errors"

// Run needs Linux.
func Run(string, Questions, Plan) (*Result, error) {
	return nil, errors.New("load: the bench runs on Linux only")
}

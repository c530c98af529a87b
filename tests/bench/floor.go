package main

import (
	"context"
	"os"
)

const floorName = "bare gin, constant answer"

// startFloor runs bare gin, which decodes the question and answers constant bytes.
func startFloor(ctx context.Context, b binaries) (*contestant, error) {
	addr, err := free()
	if err != nil {
		return nil, err
	}
	c, err := start(ctx, logFile(b.dir, "floor"), "http://"+addr+"/livez", os.Environ(), b.floor, "-addr", addr)
	if err != nil {
		return nil, err
	}
	return &contestant{name: floorName, addr: addr, path: "/v1/resolve", child: c, body: callasBody}, nil
}

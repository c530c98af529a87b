package main

import (
	"context"
	"os"
	"path/filepath"
)

const ginName = "bare gin, constant answer"

// inFloor is the question that callas gets; the answer is always the same.
var inFloor = &dialect{path: inCallas.path, body: inCallas.body}

// startFloor runs a bare server, which reads the question and answers constant bytes.
func (b *bench) startFloor(ctx context.Context, key, name, bin string) (*contestant, error) {
	addr, err := free()
	if err != nil {
		return nil, err
	}
	socket := filepath.Join(b.dir, key+".sock")
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	c, err := start(ctx, logFile(b.dir, key), "http://"+addr+"/livez", os.Environ(), bin, "-addr", addr, "-socket", socket)
	if err != nil {
		return nil, err
	}
	return &contestant{key: key, name: name, addr: addr, socket: socket, child: c, dialect: inFloor, edit: inAdmin(addr)}, nil
}

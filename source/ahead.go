package source

import (
	"context"

	"callas"
)

// Rows are handed over by the batch, and a few batches may wait.
const (
	aheadRows    = 512
	aheadBatches = 4
)

// ahead gives every row of a snapshot to add. Reading goes on meanwhile, on another
// core: both take about as long, and a start waits for them.
func ahead(ctx context.Context, b Backend, add func(callas.Row) error) (callas.Token, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var token callas.Token
	var err error
	batches := make(chan []callas.Row, aheadBatches)
	go func() {
		defer close(batches)
		token, err = read(ctx, b, batches)
	}()
	var refused error
	for batch := range batches {
		for _, row := range batch {
			if refused == nil {
				refused = add(row)
			}
		}
		if refused != nil {
			stop() // the reader ends, and with it the batches
		}
	}
	if refused != nil {
		return callas.Token{}, refused
	}
	return token, err
}

func read(ctx context.Context, b Backend, batches chan<- []callas.Row) (callas.Token, error) {
	batch := make([]callas.Row, 0, aheadRows)
	send := func() error {
		select {
		case batches <- batch:
			batch = make([]callas.Row, 0, aheadRows)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	token, err := b.Snapshot(ctx, func(row callas.Row) error {
		if batch = append(batch, row); len(batch) < aheadRows {
			return nil
		}
		return send()
	})
	if err == nil {
		err = send()
	}
	return token, err
}

package server

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// inParallel calls do for 0 to n-1 on all cores and returns the first error.
func inParallel(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	if n == 1 {
		return do(ctx, 0)
	}
	var (
		next  atomic.Int64
		first error
		once  sync.Once
		wait  sync.WaitGroup
	)
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				err := ctx.Err()
				if err == nil {
					err = do(ctx, i)
				}
				if err != nil {
					once.Do(func() { first = err })
					next.Store(int64(n))
				}
			}
		})
	}
	wait.Wait()
	return first
}

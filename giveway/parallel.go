package giveway

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// InParallel calls do for 0 to n-1, in stretches, on all processors but one, which is
// for calls. It returns the first error, after which no further calls are started.
func InParallel(ctx context.Context, n int, do func(i int) error) error {
	var (
		next  atomic.Int64
		once  sync.Once
		first error
		done  sync.WaitGroup
	)
	stop := func(err error) { once.Do(func() { first = err }); next.Store(int64(n)) }
	for range min(max(1, runtime.GOMAXPROCS(0)-1), n) {
		done.Go(func() {
			var work Worker
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				err := ctx.Err()
				if err == nil {
					err = do(i)
				}
				if err != nil {
					stop(err)
					return
				}
				work.Step()
			}
		})
	}
	done.Wait()
	return first
}

package rowfile

import (
	"io"
	"sort"
)

// A lineCounter remembers where the lines of what is read through it begin.
type lineCounter struct {
	from   io.Reader
	read   int64
	breaks []int64 // offsets just after each line break
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			l.breaks = append(l.breaks, l.read+int64(i)+1)
		}
	}
	l.read += int64(n)
	return n, err
}

// line is the line, from 1, that the byte before offset stands on.
func (l *lineCounter) line(offset int64) int {
	return 1 + sort.Search(len(l.breaks), func(i int) bool { return l.breaks[i] >= offset })
}

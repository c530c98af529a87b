package settings

import "callas/giveway"

// A stroll goes through many rows and gives way to calls. To look at a row takes hardly
// longer than to ask for the time, so it asks once in a while.
type stroll struct {
	work giveway.Worker
	rows int
}

// strollRows is how many rows take some microseconds.
const strollRows = 32

func (s *stroll) step() {
	if s.rows++; s.rows%strollRows == 0 {
		s.work.Step()
	}
}

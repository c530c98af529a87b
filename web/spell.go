package web

import "sync"

// A spelling remembers how numbers are written: services have few, and every page and every
// stream shows them.
type spelling struct {
	spell func(string) string
	mu    sync.RWMutex
	known map[string]string
}

// mostSpelt bounds what is remembered; then it begins anew.
const mostSpelt = 8192

func (s *spelling) of(number string) string {
	s.mu.RLock()
	said, ok := s.known[number]
	s.mu.RUnlock()
	if ok {
		return said
	}
	said = s.spell(number)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || len(s.known) >= mostSpelt {
		s.known = map[string]string{}
	}
	s.known[number] = said
	return said
}

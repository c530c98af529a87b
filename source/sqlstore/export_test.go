package sqlstore

import "context"

// Pragma asks a connection that writes, or one that reads, how it is set.
func Pragma(ctx context.Context, path, name string, write bool) (value string, err error) {
	options := reading
	if write {
		options = writing
	}
	db := open(path, options)
	defer db.Close()
	return value, db.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value)
}

// Kept is how many edits the store holds in memory for those who follow it.
func Kept(s *Store) int {
	s.tail.mu.Lock()
	defer s.tail.mu.Unlock()
	return s.tail.edits
}

package sqlstore

import (
	"context"
	"database/sql"
	"strings"

	"callas"
	"callas/source"
)

// What History gives at once.
const (
	historyLimit = 100
	historyMost  = 1_000
	historyBytes = 32 << 20
)

// History is source.Store's.
func (s *Store) History(ctx context.Context, q source.HistoryQuery) ([]callas.Changeset, error) {
	query, args := historyQuery(q)
	var sets []callas.Changeset
	err := s.read(ctx, func(tx *sql.Tx, _ callas.Token) error {
		found, err := tx.QueryContext(ctx, query, args...)
		if err != nil {
			return away(err)
		}
		sets, err = changesets(found, historyBytes)
		return err
	})
	return sets, err
}

func historyQuery(q source.HistoryQuery) (string, []any) {
	var where []string
	var args []any
	only := func(condition string, values ...any) { where, args = append(where, condition), append(args, values...) }
	if q.Before > 0 {
		only("rev < ?", q.Before)
	}
	switch {
	case q.Kind != "" && q.ID != "":
		only("rev IN (SELECT rev FROM changed WHERE kind = ? AND id = ?)", string(q.Kind), q.ID)
	case q.Kind != "":
		only("kinds LIKE ?", "% "+string(q.Kind)+" %")
	}
	if q.Actor != "" {
		only("actor = ?", q.Actor)
	}
	if q.Origin != "" {
		only("origin = ?", q.Origin)
	}
	if !q.From.IsZero() {
		only("at >= ?", timeText(source.Moment(q.From)))
	}
	if !q.To.IsZero() {
		only("at < ?", timeText(source.Moment(q.To)))
	}
	query := selectChangesets
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	limit := q.Limit
	if limit <= 0 {
		limit = historyLimit
	}
	return query + " ORDER BY rev DESC LIMIT ?", append(args, min(limit, historyMost))
}

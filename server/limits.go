package server

import (
	"log/slog"
	"net/http"
	"time"
)

// Limits of what the door lets in. Each is far above what an honest caller
// needs and far below what would hurt a call being decided beside it.
const (
	// MaxCallBody bounds one call's question: a target and a few ids, so 64 KiB
	// is a hundred times what any platform sends.
	MaxCallBody = 64 << 10
	// MaxBatch bounds a batch: what one core decides well within a second.
	MaxBatch = 1000
	// MaxBatchBody gives each call of a full batch a kilobyte.
	MaxBatchBody = 1 << 20
	// MaxRowBody bounds one row: an agent responsible for thousands of services
	// under dozens of profiles still fits.
	MaxRowBody = 1 << 20
	// MaxBulkBody bounds a bulk edit: ten thousand ids at 64 bytes, and room.
	MaxBulkBody = 2 << 20
	// MaxImportBody bounds an import; a million agents are about 200 MB.
	MaxImportBody = 256 << 20
	// MaxImportLine bounds one line of an import: one row.
	MaxImportLine = MaxRowBody
	// MaxHeader bounds a request's line and headers together: a token, a reason
	// and a filter are well under two kilobytes.
	MaxHeader = 16 << 10
	// MaxReason bounds why something was changed: a paragraph, not a document.
	MaxReason = 1000
	// MaxRequestID bounds X-Request-ID and Idempotency-Key: a UUID is 36 bytes.
	MaxRequestID = 128
	// MaxProblems bounds the errors that a problem lists: nobody reads more.
	MaxProblems = 100
	// MaxListed bounds the examples that a bulk plan and a changeset spell out.
	MaxListed = 100
	// PageSize and MaxPage are a list's default and largest page.
	PageSize, MaxPage = 50, 1000
)

// Times the door allows.
const (
	// RequestTime is how long a request may take to arrive, headers and body: it frees
	// connections that send a byte a second. An import gets ImportTime for its body. One
	// time for both spares each call a deadline.
	RequestTime = 10 * time.Second
	// AnswerTime is how long an answer may take to be written.
	AnswerTime = 30 * time.Second
	// IdleTime keeps a platform's connection open between calls: opening one
	// costs more than deciding.
	IdleTime = 5 * time.Minute
	// EditTime is how long a change may wait for its turn, the source and its
	// own return in the facts.
	EditTime = 25 * time.Second
	// BulkTime is the same for a bulk edit and its undoing: policy is asked about ten
	// thousand agents, before and after, which takes some seconds on an idle machine.
	BulkTime = 2 * time.Minute
	// ImportTime is how long an import may take, upload included.
	ImportTime = 10 * time.Minute
	// WaitTime is how long a call waits for its min_revision: a caller listening
	// to silence notices nothing below it.
	WaitTime = 200 * time.Millisecond
)

// HTTP returns a server for one of the door's handlers, with the limits above.
// Only the caller starts it, and shuts it down.
func HTTP(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:        h,
		ReadTimeout:    RequestTime,
		WriteTimeout:   AnswerTime,
		IdleTimeout:    IdleTime,
		MaxHeaderBytes: MaxHeader,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

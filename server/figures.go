package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"callas/decisionlog"
	"callas/engine"
)

// memoryFigures tell how often a decision was remembered, and its mask not known.
func memoryFigures(e *engine.Engine) []prometheus.Collector {
	counter := func(name, help string, of func(hits, misses, evicted uint64) uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(of(e.Remembered())) })
	}
	return []prometheus.Collector{
		counter("callas_remembered_hits_total", "Decisions given from memory.", func(hits, _, _ uint64) uint64 { return hits }),
		counter("callas_remembered_misses_total", "Decisions that the policy was asked for.", func(_, misses, _ uint64) uint64 { return misses }),
		counter("callas_remembered_evicted_total", "Decisions dropped from memory to make room.", func(_, _, evicted uint64) uint64 { return evicted }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "callas_record_mask_failures_total",
			Help: "Decisions whose callee the record leaves out because the policy did not say how to write it."},
			func() float64 { return float64(e.MaskFailures()) }),
	}
}

// recordFigures tell whether every decision is on record; none where nothing is recorded.
func recordFigures(stats func() decisionlog.Stats) []prometheus.Collector {
	if stats == nil {
		return nil
	}
	counter := func(name, help string, of func(decisionlog.Stats) uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(of(stats())) })
	}
	return []prometheus.Collector{
		counter("callas_record_decisions_total", "Decisions put on record.", func(s decisionlog.Stats) uint64 { return s.Appended }),
		counter("callas_record_dropped_total", "Decisions that could not be recorded.", func(s decisionlog.Stats) uint64 { return s.Dropped }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "callas_record_unsynced",
			Help: "Recorded decisions that are not on disk yet."},
			func() float64 { s := stats(); return float64(s.Seq - s.Synced) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "callas_record_bytes",
			Help: "Size of the record on disk."}, func() float64 { return float64(stats().Bytes) }),
	}
}

// open tells how many streams of events are.
func (m *metrics) open(topics map[string]*topic) {
	for _, t := range topics {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "callas_event_streams",
			Help: "Streams of events that are open.", ConstLabels: prometheus.Labels{"topic": t.name}},
			func() float64 { return float64(t.count()) }))
	}
}

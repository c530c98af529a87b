package server

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"callas"
)

// maxReasons bounds how many words of a policy's own become label values; what
// comes after is counted as "other", so that no policy can fill the memory.
const maxReasons = 100

// metrics counts what the door does, in a registry of its own.
type metrics struct {
	registry  *prometheus.Registry
	decisions *prometheus.CounterVec
	outcomes  sync.Map // outcome -> prometheus.Counter: no label is hashed for a call
	words     atomic.Int32
	failures  *prometheus.CounterVec
	seconds   prometheus.Histogram
	requests  *prometheus.CounterVec
	answers   sync.Map // answered -> prometheus.Counter: as outcomes
}

type answered struct {
	route, method string
	status        int
}

type outcome struct {
	as     callas.As
	reason callas.Reason
}

func newMetrics(p Parts) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callas_decisions_total",
			Help: "Calls decided, each counted once: under the first of its reasons in the order of the gates, or under none as a service."},
			[]string{"as", "reason"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callas_decision_failures_total",
			Help: "Calls that no policy could decide (timeout, engine_error) and that went out as the agent."}, []string{"kind"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "callas_decision_seconds",
			Help:    "How long deciding a call took, without reading the request and writing the answer.",
			Buckets: []float64{10e-6, 20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 20e-3, 50e-3, 100e-3, 200e-3}}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "callas_requests_total",
			Help: "Requests answered, by route, method and status."}, []string{"route", "method", "status"}),
	}
	m.registry.MustRegister(m.decisions, m.failures, m.seconds, m.requests,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "callas_revision",
			Help: "The revision of the facts that calls are decided by."},
			func() float64 { return float64(p.State.Snapshot().Token().Revision) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "callas_staleness_seconds",
			Help: "How long ago the source of the facts was last heard."},
			func() float64 { return p.State.Age(p.Now()).Seconds() }),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(memoryFigures(p.Engine)...)
	m.registry.MustRegister(recordFigures(p.Record)...)
	for _, kind := range []callas.Reason{callas.ReasonTimeout, callas.ReasonEngineError} {
		m.failures.WithLabelValues(string(kind)) // so that a rate is 0, not absent
	}
	return m
}

// decided counts one decision and what it took.
func (m *metrics) decided(d *callas.Decision, failed error) {
	m.seconds.Observe(d.Took.Seconds())
	o := outcome{as: d.As}
	if len(d.Reasons) > 0 {
		o.reason = d.Reasons[0]
	}
	m.counter(o).Inc()
	if failed != nil {
		kind := callas.ReasonEngineError
		if slices.Contains(d.Reasons, callas.ReasonTimeout) {
			kind = callas.ReasonTimeout
		}
		m.failures.WithLabelValues(string(kind)).Inc()
	}
}

// undecided reports whether no policy could decide: the reasons only then say so.
func undecided(d *callas.Decision) bool {
	return slices.Contains(d.Reasons, callas.ReasonTimeout) || slices.Contains(d.Reasons, callas.ReasonEngineError)
}

func (m *metrics) counter(o outcome) prometheus.Counter {
	if c, ok := m.outcomes.Load(o); ok {
		return c.(prometheus.Counter)
	}
	if m.words.Load() >= maxReasons {
		return m.decisions.WithLabelValues(string(o.as), "other")
	}
	c := m.decisions.WithLabelValues(string(o.as), string(o.reason))
	if _, known := m.outcomes.LoadOrStore(o, c); !known {
		m.words.Add(1)
	}
	return c
}

// answered counts one answer. Paths are the routes', never what was sent.
func (m *metrics) answered(route, method string, status int) {
	key := answered{route, knownMethod(method), status}
	if c, ok := m.answers.Load(key); ok {
		c.(prometheus.Counter).Inc()
		return
	}
	c := m.requests.WithLabelValues(key.route, key.method, strconv.Itoa(status))
	m.answers.Store(key, c)
	c.Inc()
}

func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return m
	}
	return "other"
}

// page answers /metrics in Prometheus' text format.
func (m *metrics) page() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true})
}

// Package server answers requests, says how it is, and measures itself.
package server

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Name is what the service is called in the catalog.
const Name = "${{ values.name }}"

// Server is the service, not yet listening.
type Server struct {
	handler  http.Handler
	metrics  http.Handler
	draining atomic.Bool
}

// New makes the service with its routes, health, metrics and logs.
func New(log *slog.Logger) *Server {
	server := &Server{}
	mux := http.NewServeMux()

	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"service": Name})
	})

	// Alive: the process answers. Says nothing of other systems, or their
	// failure would restart every pod.
	mux.HandleFunc("GET /healthz/live", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	// Ready: wants requests. Check here what no request can do without. The
	// load balancer asks at a path of its own, so that either can change.
	mux.HandleFunc("GET /healthz/ready", server.ready)
	mux.HandleFunc("GET /healthz/load-balancer", server.ready)

	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	metrics := http.NewServeMux()
	metrics.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))

	server.handler = measured(mux, log, registry)
	server.metrics = metrics
	return server
}

// Handler is what callers reach.
func (s *Server) Handler() http.Handler { return s.handler }

// Metrics is what collects metrics reaches, on a port of its own.
func (s *Server) Metrics() http.Handler { return s.metrics }

// Drain says from now on that the service wants no new requests.
func (s *Server) Drain() { s.draining.Store(true) }

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if s.draining.Load() {
		answer(w, http.StatusServiceUnavailable, map[string]string{"status": "draining"})
		return
	}
	answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// Whoever asked may have gone; nobody is left to tell.
	_ = json.NewEncoder(w).Encode(body)
}

// measured times and logs what mux answers.
func measured(mux *http.ServeMux, log *slog.Logger, registry prometheus.Registerer) http.Handler {
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_request_duration_seconds",
		Help: "Time from a request to its answer.",
	}, []string{"method", "route", "status"})
	registry.MustRegister(duration)

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		seen := &recorder{ResponseWriter: w, status: http.StatusOK}
		mux.ServeHTTP(seen, r)
		took := time.Since(start)

		// The pattern: a label for each path, or each method that a caller
		// thinks up, would never end.
		route, method := r.Pattern, r.Method
		if route == "" {
			route, method = "unknown", "unknown"
		}
		duration.WithLabelValues(method, route, strconv.Itoa(seen.status)).Observe(took.Seconds())
		if !strings.HasPrefix(r.URL.Path, "/healthz/") {
			log.InfoContext(r.Context(), "request",
				"method", r.Method, "path", r.URL.Path, "status", seen.status, "took", took.String())
		}
	})
}

// recorder remembers the status that was answered.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is wrapped.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

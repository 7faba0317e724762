package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"service/internal/server"
)

func create() *server.Server {
	return server.New(slog.New(slog.DiscardHandler))
}

func get(handler http.Handler, path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	return answer
}

func TestAnswers(t *testing.T) {
	t.Parallel()

	answer := get(create().Handler(), "/")
	if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), server.Name) {
		t.Errorf("got %d %s", answer.Code, answer.Body)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()

	service := create()
	for _, path := range []string{"/healthz/live", "/healthz/ready", "/healthz/load-balancer"} {
		if answer := get(service.Handler(), path); answer.Code != http.StatusOK {
			t.Errorf("%s: got %d", path, answer.Code)
		}
	}

	service.Drain()
	for path, want := range map[string]int{
		"/healthz/live":          http.StatusOK,
		"/healthz/ready":         http.StatusServiceUnavailable,
		"/healthz/load-balancer": http.StatusServiceUnavailable,
	} {
		if answer := get(service.Handler(), path); answer.Code != want {
			t.Errorf("%s while draining: got %d, want %d", path, answer.Code, want)
		}
	}
}

func TestCountsByRoute(t *testing.T) {
	t.Parallel()

	service := create()
	get(service.Handler(), "/")
	if missing := get(service.Handler(), "/no/such/path"); missing.Code != http.StatusNotFound {
		t.Errorf("got %d for a path that is none", missing.Code)
	}
	metrics := get(service.Metrics(), "/metrics").Body.String()
	if !strings.Contains(metrics, `http_request_duration_seconds_count{method="GET",route="GET /{$}",status="200"} 1`) {
		t.Errorf("the request is not counted:\n%s", metrics)
	}
	if strings.Contains(metrics, "/no/such/path") {
		t.Error("a path became a label")
	}
}

func TestShowsNoMetricsToCallers(t *testing.T) {
	t.Parallel()

	if answer := get(create().Handler(), "/metrics"); answer.Code != http.StatusNotFound {
		t.Errorf("got %d", answer.Code)
	}
}

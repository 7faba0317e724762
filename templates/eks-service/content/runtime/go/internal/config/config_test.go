package config_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"service/internal/config"
)

func from(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestDefaults(t *testing.T) {
	t.Parallel()

	got, err := config.Read(from(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Port:         8080,
		MetricsPort:  9090,
		LogLevel:     slog.LevelInfo,
		DrainTimeout: 25 * time.Second,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRefusesByName(t *testing.T) {
	t.Parallel()

	for name, value := range map[string]string{
		"PORT":          "70000",
		"METRICS_PORT":  "http",
		"LOG_LEVEL":     "loud",
		"DRAIN_TIMEOUT": "soon",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := config.Read(from(map[string]string{name: value}))
			if err == nil || !strings.HasPrefix(err.Error(), name+`: "`+value+`"`) {
				t.Errorf("got %v", err)
			}
		})
	}
}

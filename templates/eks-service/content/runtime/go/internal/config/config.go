// Package config reads what the environment decides.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

const (
	defaultPort         = 8080
	defaultMetricsPort  = 9090
	defaultDrainTimeout = 25 * time.Second
	maxDrainTimeout     = 10 * time.Minute
	maxPort             = 65535
)

// Config is what may differ from one environment to the next.
type Config struct {
	// Port to listen on: PORT, 8080 by default.
	Port int
	// MetricsPort is where metrics are: METRICS_PORT, 9090 by default.
	MetricsPort int
	// LogLevel is the least that is logged: LOG_LEVEL, info by default.
	LogLevel slog.Level
	// DrainTimeout is how long what was begun may take when the service is
	// asked to stop: DRAIN_TIMEOUT, 25s by default.
	DrainTimeout time.Duration
}

// Read reads and checks the environment, so that a wrong value is found at the
// start. The error names every variable that is wrong.
func Read(getenv func(string) string) (Config, error) {
	var config Config
	err := errors.Join(
		read(getenv, "PORT", &config.Port, defaultPort, parsePort),
		read(getenv, "METRICS_PORT", &config.MetricsPort, defaultMetricsPort, parsePort),
		read(getenv, "LOG_LEVEL", &config.LogLevel, slog.LevelInfo, parseLevel),
		read(getenv, "DRAIN_TIMEOUT", &config.DrainTimeout, defaultDrainTimeout, parseTimeout),
	)
	return config, err
}

func read[T any](
	getenv func(string) string,
	name string,
	into *T,
	byDefault T,
	parse func(string) (T, error),
) error {
	text := getenv(name)
	if text == "" {
		*into = byDefault
		return nil
	}
	value, err := parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	*into = value
	return nil
}

func parsePort(text string) (int, error) {
	port, err := strconv.Atoi(text)
	if err != nil || port < 0 || port > maxPort {
		return 0, fmt.Errorf("%q is not a whole number up to %d", text, maxPort)
	}
	return port, nil
}

func parseLevel(text string) (slog.Level, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return 0, fmt.Errorf("%q is none of debug, info, warn, error", text)
	}
	return level, nil
}

func parseTimeout(text string) (time.Duration, error) {
	timeout, err := time.ParseDuration(text)
	if err != nil || timeout < 0 || timeout > maxDrainTimeout {
		return 0, fmt.Errorf("%q is not a duration up to %s, such as 25s", text, maxDrainTimeout)
	}
	return timeout, nil
}

// Command service runs the service until it is asked to stop. With the
// argument healthcheck it asks a running one whether it is alive: the image
// has no other program to do so.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"service/internal/config"
	"service/internal/server"
)

const healthcheckTimeout = 2 * time.Second

func main() {
	settings, err := config.Read(os.Getenv)
	if err == nil {
		if len(os.Args) > 1 && os.Args[1] == "healthcheck" {
			err = healthcheck(settings)
		} else {
			err = run(settings)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(settings config.Config) error {
	log := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: settings.LogLevel}))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	metrics, err := listen(ctx, settings.MetricsPort)
	if err != nil {
		return err
	}
	public, err := listen(ctx, settings.Port)
	if err != nil {
		return err
	}
	log.Info("listening", "address", public.Addr().String())
	listeners := server.Listeners{Public: public, Metrics: metrics}
	return server.New(log).Serve(ctx, listeners, log, settings.DrainTimeout)
}

func listen(ctx context.Context, port int) (net.Listener, error) {
	var listener net.ListenConfig
	return listener.Listen(ctx, "tcp", net.JoinHostPort("", strconv.Itoa(port)))
}

func healthcheck(settings config.Config) error {
	client := http.Client{Timeout: healthcheckTimeout}
	response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/healthz/live", settings.Port))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("not alive: %s", response.Status)
	}
	return nil
}

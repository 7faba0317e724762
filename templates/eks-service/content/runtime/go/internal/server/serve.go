package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const readHeaderTimeout = 10 * time.Second

// Listeners are where the service is reached.
type Listeners struct {
	Public  net.Listener
	Metrics net.Listener
}

// Serve answers until ctx ends. Then it says that it is not ready, lets what
// was begun finish, and returns nil; what is not done within drainTimeout is
// cut, and the error says so.
func (s *Server) Serve(ctx context.Context, listeners Listeners, log *slog.Logger, drainTimeout time.Duration) error {
	public := newHTTPServer(s.Handler(), log)
	metrics := newHTTPServer(s.Metrics(), log)
	failed := make(chan error, 2)
	serve := func(server *http.Server, listener net.Listener) {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}
	go serve(public, listeners.Public)
	go serve(metrics, listeners.Metrics)
	defer metrics.Close()

	select {
	case err := <-failed:
		return errors.Join(err, public.Close())
	case <-ctx.Done():
	}

	log.Info("stopping", "cause", context.Cause(ctx).Error())
	s.Drain()
	// Its own: the one that has ended would end this at once.
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := public.Shutdown(within); err != nil {
		return errors.Join(fmt.Errorf("requests were cut after %s: %w", drainTimeout, err), public.Close())
	}
	return nil
}

func newHTTPServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

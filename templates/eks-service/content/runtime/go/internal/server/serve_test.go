package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"
)

// start serves the handler and returns its address, what stops it, and how it
// ended.
func start(t *testing.T, handler http.HandlerFunc, drainTimeout time.Duration) (string, func(), <-chan error) {
	t.Helper()
	listen := func() net.Listener {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return listener
	}
	log := slog.New(slog.DiscardHandler)
	service := New(log)
	service.handler = handler
	listeners := Listeners{Public: listen(), Metrics: listen()}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- service.Serve(ctx, listeners, log, drainTimeout) }()
	return "http://" + listeners.Public.Addr().String(), stop, ended
}

func TestLetsARequestFinish(t *testing.T) {
	t.Parallel()

	begun, finish := make(chan struct{}), make(chan struct{})
	address, stop, ended := start(t, func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-finish
		_, _ = io.WriteString(w, "done")
	}, 5*time.Second)

	answered := make(chan string, 1)
	go func() {
		response, err := http.Get(address)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answered <- string(body)
	}()
	<-begun
	stop()
	close(finish)

	if got := <-answered; got != "done" {
		t.Errorf("got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestCutsWhatHangs(t *testing.T) {
	t.Parallel()

	begun := make(chan struct{})
	address, stop, ended := start(t, func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	}, 50*time.Millisecond)

	go func() {
		if response, err := http.Get(address); err == nil {
			response.Body.Close()
		}
	}()
	<-begun
	stop()

	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
}

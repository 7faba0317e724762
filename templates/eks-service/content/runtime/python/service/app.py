"""Routes, health, metrics and logs."""

import logging
from time import perf_counter

from fastapi import FastAPI, Request, Response, status
from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from starlette.middleware.base import RequestResponseEndpoint

from service.name import NAME

log = logging.getLogger(__name__)


class Service:
    """The service, not yet listening."""

    def __init__(self) -> None:
        """Make the service with its routes."""
        self.registry = CollectorRegistry()
        """What collects metrics reads, on a port of its own."""
        for collector in (GCCollector, PlatformCollector, ProcessCollector):
            collector(registry=self.registry)
        self._duration = Histogram(
            "http_request_duration_seconds",
            "Time from a request to its answer.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._draining = False
        self.app = FastAPI(title=NAME)
        """What callers reach."""
        self.app.middleware("http")(self._measure)
        self.app.get("/")(self._hello)
        # Alive: the process answers. Says nothing of other systems, or their
        # failure would restart every pod.
        self.app.get("/healthz/live", include_in_schema=False)(self._live)
        # Ready: wants requests. Check here what no request can do without. The
        # load balancer asks at a path of its own, so that either can change.
        for path in ("/healthz/ready", "/healthz/load-balancer"):
            self.app.get(path, include_in_schema=False)(self._ready)

    def drain(self) -> None:
        """Say from now on that the service wants no new requests."""
        self._draining = True

    async def _hello(self) -> dict[str, str]:
        return {"service": NAME}

    async def _live(self) -> dict[str, str]:
        return {"status": "ok"}

    async def _ready(self, response: Response) -> dict[str, str]:
        if self._draining:
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
            return {"status": "draining"}
        return {"status": "ok"}

    async def _measure(
        self, request: Request, call_next: RequestResponseEndpoint
    ) -> Response:
        start = perf_counter()
        response = await call_next(request)
        took = perf_counter() - start
        # The pattern: a label for each path, or each method that a caller
        # thinks up, would never end.
        route = request.scope.get("route")
        self._duration.labels(
            method=request.method if route else "unknown",
            route=route.path if route else "unknown",
            status=response.status_code,
        ).observe(took)
        if not request.url.path.startswith("/healthz/"):
            log.info(
                "request",
                extra={
                    "method": request.method,
                    "path": request.url.path,
                    "status": response.status_code,
                    "took": round(took, 6),
                },
            )
        return response

"""What callers and collectors get."""

import json
import logging

import pytest
from fastapi.testclient import TestClient
from prometheus_client import generate_latest

from service.app import Service
from service.logs import JsonFormatter
from service.name import NAME


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(service.app)


def test_answers(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert response.json() == {"service": NAME}


def test_is_alive_and_ready(client: TestClient) -> None:
    for path in ("live", "ready", "load-balancer"):
        assert client.get(f"/healthz/{path}").status_code == 200


def test_is_not_ready_while_it_drains(service: Service, client: TestClient) -> None:
    service.drain()
    assert client.get("/healthz/ready").status_code == 503
    assert client.get("/healthz/load-balancer").status_code == 503
    assert client.get("/healthz/live").status_code == 200


def test_counts_requests_by_route(service: Service, client: TestClient) -> None:
    client.get("/")
    client.get("/no/such/path")
    metrics = generate_latest(service.registry).decode()
    labels = 'method="GET",route="/",status="200"'
    assert f"http_request_duration_seconds_count{{{labels}}} 1.0" in metrics
    assert "/no/such/path" not in metrics


def test_shows_no_metrics_to_callers(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 404


def test_logs_json(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="service.app"):
        client.get("/")
    (record,) = [item for item in caplog.records if item.name == "service.app"]
    line = json.loads(JsonFormatter().format(record))
    assert line["message"] == "request"
    assert (line["path"], line["status"]) == ("/", 200)

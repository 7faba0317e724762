"""How the service ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address: tuple[str, int] = free.getsockname()
        return address[1]


@pytest.fixture
def process(port: int) -> Iterator[subprocess.Popen[str]]:
    env = os.environ | {"PORT": str(port), "METRICS_PORT": "0"}
    command = [sys.executable, "-m", "service"]
    with subprocess.Popen(  # noqa: S603
        command, env=env, stderr=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


def wait_until_alive(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=1)) as connection:
                connection.request("GET", "/healthz/live")
                assert connection.getresponse().status == 200
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def test_ends_when_it_is_asked_to(process: subprocess.Popen[str], port: int) -> None:
    wait_until_alive(port)
    process.send_signal(signal.SIGTERM)
    _, logs = process.communicate(timeout=10)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Finished server process" in logs

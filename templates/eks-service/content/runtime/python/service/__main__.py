"""Runs the service: python -m service."""

from prometheus_client import start_http_server

from service.app import Service
from service.config import Config
from service.logs import configure_logs
from service.server import Server


def main() -> None:
    """Serve until asked to stop."""
    config = Config()
    configure_logs(config.log_level)
    service = Service()
    metrics, _ = start_http_server(config.metrics_port, registry=service.registry)
    try:
        Server(service, config).run()
    finally:
        metrics.shutdown()


if __name__ == "__main__":
    main()

"""Listens until the process is asked to stop."""

from types import FrameType

import uvicorn

from service.app import Service
from service.config import Config


class Server(uvicorn.Server):
    """Says that it is not ready as soon as it is asked to stop."""

    def __init__(self, service: Service, config: Config) -> None:
        """Make a server that does not listen yet."""
        super().__init__(
            uvicorn.Config(
                service.app,
                # Every address of the pod: the network policy says who may.
                host="0.0.0.0",  # noqa: S104
                port=config.port,
                # Behind a load balancer, which says who asked.
                forwarded_allow_ips="*",
                server_header=False,
                access_log=False,
                log_config=None,
                timeout_graceful_shutdown=config.drain_timeout,
            )
        )
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain: let what was begun finish, and take nothing new."""
        self._service.drain()
        super().handle_exit(sig, frame)

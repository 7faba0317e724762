"""What the environment decides."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class Config(BaseSettings):
    """Read and checked at the start: a wrong value is named and stops it."""

    port: int = Field(default=8080, ge=0, le=65535)
    """Where callers reach the service: PORT."""

    metrics_port: int = Field(default=9090, ge=0, le=65535)
    """Where metrics are: METRICS_PORT."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged: LOG_LEVEL."""

    drain_timeout: int = Field(default=25, ge=0, le=600)
    """Seconds to finish what was begun when asked to stop: DRAIN_TIMEOUT."""

"""What the environment may say."""

import pytest
from pydantic import ValidationError

from service.config import Config


def test_has_defaults() -> None:
    assert Config().model_dump() == {
        "port": 8080,
        "metrics_port": 9090,
        "log_level": "info",
        "drain_timeout": 25,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("METRICS_PORT", "http"),
        ("LOG_LEVEL", "loud"),
        ("DRAIN_TIMEOUT", "-1"),
    ],
)
def test_refuses_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        Config()

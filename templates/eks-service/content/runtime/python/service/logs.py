"""Logs of one JSON object a line."""

import json
import logging
from datetime import UTC, datetime

_PLAIN = logging.makeLogRecord({}).__dict__.keys()


class JsonFormatter(logging.Formatter):
    """Formats a record, with what was given as `extra`, as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {
            key: value
            for key, value in record.__dict__.items()
            if key not in _PLAIN and key not in {"message", "color_message"}
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure_logs(level: str) -> None:
    """Send all logs to standard output, uvicorn's own included."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)

"""What the image's HEALTHCHECK runs: no curl in the image, and none needed."""

import sys
from http.client import HTTPConnection

from service.config import Config


def main() -> int:
    """Ask the running service whether it is alive."""
    connection = HTTPConnection("127.0.0.1", Config().port, timeout=2)
    connection.request("GET", "/healthz/live")
    return 0 if connection.getresponse().status == 200 else 1  # noqa: PLR2004


if __name__ == "__main__":
    sys.exit(main())

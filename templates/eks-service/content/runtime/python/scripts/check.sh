#!/usr/bin/env bash
# What has to hold before the service is built: format, types and tests.
set -euo pipefail
cd "$(dirname "$0")/.."

uv sync --locked
uv run --no-sync ruff format --check .
uv run --no-sync ruff check .
uv run --no-sync mypy
uv run --no-sync pytest

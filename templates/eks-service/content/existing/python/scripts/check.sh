#!/usr/bin/env bash
# What has to hold before the service is built.
set -euo pipefail
cd "$(dirname "$0")/.."

uv venv --quiet --clear
if [ -f requirements.txt ]; then
  uv pip install --quiet --requirements requirements.txt
else
  uv pip install --quiet .
fi
uv run --no-project python -m compileall -q -x '(^|/)[.]venv/' .
if [ -d tests ]; then
  uv pip install --quiet pytest
  uv run --no-project python -m pytest tests
fi

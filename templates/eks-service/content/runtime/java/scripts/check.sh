#!/usr/bin/env bash
# What has to hold before the service is built: format, warnings and tests.
set -euo pipefail
cd "$(dirname "$0")/.."

mvn --batch-mode --no-transfer-progress verify

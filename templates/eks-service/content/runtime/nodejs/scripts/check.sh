#!/usr/bin/env bash
# What has to hold before the service is built: format, types and tests.
set -euo pipefail
cd "$(dirname "$0")/.."

npm ci --ignore-scripts --no-audit --no-fund --prefer-offline
npm run lint
npm run typecheck
npm test

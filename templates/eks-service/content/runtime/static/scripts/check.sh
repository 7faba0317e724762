#!/usr/bin/env bash
# What has to hold before the site is built: format, types, tests, and that it
# can be built.
set -euo pipefail
cd "$(dirname "$0")/.."

npm ci --ignore-scripts --no-audit --no-fund --prefer-offline
npm run lint
npm test
npm run build

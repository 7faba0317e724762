#!/usr/bin/env bash
# What has to hold before the site is built.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -f package.json ] || exit 0
npm ${{ 'ci' if values.locked else 'install' }} --no-audit --no-fund --prefer-offline
npm run lint --if-present
npm test --if-present
npm run build

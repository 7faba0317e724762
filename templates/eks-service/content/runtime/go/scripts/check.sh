#!/usr/bin/env bash
# What has to hold before the service is built: format, analysis and tests.
set -euo pipefail
cd "$(dirname "$0")/.."

unformatted=$(gofmt -l cmd internal)
if [ -n "$unformatted" ]; then
  echo "gofmt -w would change: $unformatted" >&2
  exit 1
fi
go mod verify
go vet ./...
go tool staticcheck ./...
go test ./...

#!/usr/bin/env bash
# What has to hold before the service is built.
set -euo pipefail
cd "$(dirname "$0")/.."

go vet ./...
go test ./...

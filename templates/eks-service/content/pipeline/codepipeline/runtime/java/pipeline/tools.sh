#!/usr/bin/env bash
# What scripts/check.sh needs is in the image of parameters.json.
set -euo pipefail
${{ "gradle" if values.startWith == "gradle" else "mvn" }} --version

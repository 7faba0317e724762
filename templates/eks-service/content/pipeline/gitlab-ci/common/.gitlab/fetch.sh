#!/usr/bin/env bash
# Fetches what each environment runs into images/ENVIRONMENT.
set -euo pipefail
# shellcheck source=SCRIPTDIR/aws.sh
source .gitlab/aws.sh

login
mkdir -p images
for file in deploy/overlays/*/kustomization.yaml; do
  digest=$(sed -n 's/.*digest: *\(sha256:[0-9a-f]*\).*/\1/p' "$file")
  if [ -n "$digest" ]; then
    skopeo copy "docker://${IMAGE}@${digest}" "oci:images/$(basename "$(dirname "$file")")"
  fi
done

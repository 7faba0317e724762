#!/usr/bin/env bash
# Scans an image: `scan.sh FOLDER`. Fails for a high or critical finding that a
# newer version fixes and that .trivyignore.yaml does not accept for a while.
set -euo pipefail
# shellcheck source=SCRIPTDIR/images.sh
source pipeline/images.sh

docker run --rm --volume "${PWD}:/work" --workdir /work "$TRIVY" \
  image --input "$1" \
  --ignore-unfixed --severity HIGH,CRITICAL --ignorefile .trivyignore.yaml \
  --format template --template '@/contrib/junit.tpl' --output trivy.junit.xml \
  --exit-code 1

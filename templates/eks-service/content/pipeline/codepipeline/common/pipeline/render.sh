#!/usr/bin/env bash
# Renders each overlay with the digest of oci/digest and the commit it was built
# from, into rendered/ENVIRONMENT.yaml: what the pipeline applies.
set -euo pipefail
# shellcheck source=SCRIPTDIR/images.sh
source pipeline/images.sh

: "${NAME:?the service}" "${IMAGE:?the image repository}" "${COMMIT:?set by the pipeline}"
digest=$(<oci/digest)
mkdir -p rendered
for overlay in deploy/overlays/*/; do
  overlay=${overlay%/}
  kustomize() {
    docker run --rm --volume "${PWD}:/work" --workdir "/work/${overlay}" "$KUSTOMIZE" "$@"
  }
  kustomize edit set image "${NAME}=${IMAGE}@${digest}"
  kustomize edit set annotation "org.opencontainers.image.revision:${COMMIT}"
  kustomize build . > "rendered/$(basename "$overlay").yaml"
done

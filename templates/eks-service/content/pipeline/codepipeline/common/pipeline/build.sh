#!/usr/bin/env bash
# Builds the image for both architectures into oci/image. Nothing in the
# Dockerfile runs on a platform that would have to be emulated.
set -euo pipefail
# shellcheck source=SCRIPTDIR/images.sh
source pipeline/images.sh

docker buildx create --use --driver docker-container --driver-opt "image=${BUILDKIT}"
# Provenance and the list of contents come signed, from the job that pushes.
docker buildx build . \
  --platform linux/amd64,linux/arm64 \
  --provenance=false --sbom=false \
  --output type=oci,tar=false,dest=oci/image,rewrite-timestamp=true

docker run --rm --volume "${PWD}:/work" --workdir /work "$TRIVY" \
  image --input oci/image --format cyclonedx --output sbom.cdx.json

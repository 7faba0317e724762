#!/usr/bin/env bash
# Fetches the image that was pushed last into oci/image.
set -euo pipefail
# shellcheck source=SCRIPTDIR/aws.sh
source pipeline/aws.sh

# Signatures are tagged too, with the digest that they are for.
digest=$(aws ecr describe-images --repository-name "${IMAGE#*/}" \
  --filter tagStatus=TAGGED --output json |
  jq --raw-output '[.imageDetails[] | select(any(.imageTags[]; startswith("sha256-")) | not)]
    | max_by(.imagePushedAt).imageDigest // empty')
if [[ ! "$digest" =~ ^sha256:[0-9a-f]{64}$ ]]; then
  echo "nothing was pushed to ${IMAGE} yet" >&2
  exit 1
fi
login
mkdir -p oci
with_role "$SKOPEO" copy --authfile /docker/config.json \
  "docker://${IMAGE}@${digest}" oci:oci/image

#!/usr/bin/env bash
# Pushes oci/image, byte by byte what was scanned, signs it together with where
# it came from and what is in it, and verifies that. Writes oci/digest.
set -euo pipefail
# shellcheck source=SCRIPTDIR/aws.sh
source pipeline/aws.sh

: "${SIGNING_KEY:?ARN of the key}" "${COMMIT:?set by the pipeline}"
digest=$(jq --raw-output '.manifests[0].digest' oci/image/index.json)
image="${IMAGE}@${digest}"
login

with_role "$SKOPEO" copy --all --preserve-digests --authfile /docker/config.json \
  oci:oci/image "docker://${IMAGE}:${COMMIT:0:7}"

jq --null-input --arg commit "$COMMIT" --arg build "$CODEBUILD_BUILD_ARN" '{
  buildDefinition: {
    buildType: "https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
    externalParameters: {buildspec: "pipeline/buildspec.build.yaml"},
    resolvedDependencies: [{digest: {gitCommit: $commit}}]
  },
  runDetails: {builder: {id: $build}}
}' > provenance.json

# The key stays in KMS. Signatures are kept beside the image and not in a
# public log, which would tell the world when this service is built.
cosign() { with_role "$COSIGN" "$@"; }
cosign sign --key "awskms:///${SIGNING_KEY}" --tlog-upload=false --yes "$image"
cosign attest --key "awskms:///${SIGNING_KEY}" --tlog-upload=false --yes \
  --type slsaprovenance1 --predicate provenance.json "$image"
cosign attest --key "awskms:///${SIGNING_KEY}" --tlog-upload=false --yes \
  --type cyclonedx --predicate sbom.cdx.json "$image"
cosign verify --key "awskms:///${SIGNING_KEY}" --insecure-ignore-tlog=true "$image" > /dev/null

echo "$digest" > oci/digest

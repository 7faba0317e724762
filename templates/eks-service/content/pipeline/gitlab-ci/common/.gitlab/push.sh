#!/usr/bin/env bash
# Pushes the image, byte by byte what was scanned, signs it together with where
# it came from and what is in it, and verifies that. Writes digest.env.
set -euo pipefail
# shellcheck source=SCRIPTDIR/aws.sh
source .gitlab/aws.sh

digest=$(jq --raw-output '.manifests[0].digest' image/index.json)
[[ "$digest" =~ ^sha256:[0-9a-f]{64}$ ]] || {
  echo "push.sh: image/index.json names no digest: ${digest}" >&2
  exit 1
}
image="${IMAGE}@${digest}"
login

skopeo copy --all --preserve-digests oci:image "docker://${IMAGE}:${CI_COMMIT_SHA:0:7}"

jq --null-input '{
  buildDefinition: {
    buildType: "https://docs.gitlab.com/ci/yaml/",
    externalParameters: {entryPoint: ".gitlab-ci.yml", source: $ENV.CI_PROJECT_URL},
    resolvedDependencies: [{uri: $ENV.CI_PROJECT_URL, digest: {gitCommit: $ENV.CI_COMMIT_SHA}}]
  },
  runDetails: {
    builder: {id: "\($ENV.CI_SERVER_URL)/-/runners/\($ENV.CI_RUNNER_ID)"},
    metadata: {invocationId: $ENV.CI_PIPELINE_URL}
  }
}' > provenance.json

# Without a key: the certificate names this project's pipeline on main.
cosign sign --yes "$image"
cosign attest --yes --type slsaprovenance1 --predicate provenance.json "$image"
cosign attest --yes --type cyclonedx --predicate sbom.cdx.json "$image"

signer=(
  --certificate-identity "${CI_PROJECT_URL}//.gitlab-ci.yml@refs/heads/main"
  --certificate-oidc-issuer "$CI_SERVER_URL"
)
cosign verify "${signer[@]}" "$image" > /dev/null
cosign verify-attestation "${signer[@]}" --type slsaprovenance1 "$image" > /dev/null

echo "DIGEST=${digest}" > digest.env

#!/usr/bin/env bash
# Writes the digest into the overlay of ENVIRONMENT, on top of what main is now:
# HOW=commit commits it to main, HOW=propose opens a merge request, or brings the
# open one up to date.
set -euo pipefail
# shellcheck source=SCRIPTDIR/git.sh
source .gitlab/git.sh

: "${ENVIRONMENT:?}" "${HOW:?commit or propose}" "${DIGEST:?from push}" "${NAME:?}" "${IMAGE:?}"
# Neither the commit nor what it is merged as builds the image once more.
title="Deploy ${CI_COMMIT_SHA:0:7} to ${ENVIRONMENT} [skip ci]"

git fetch --depth 1 origin main
git checkout --detach FETCH_HEAD
(
  cd "deploy/overlays/${ENVIRONMENT}"
  kustomize edit set image "${NAME}=${IMAGE}@${DIGEST}"
  kustomize edit set annotation "org.opencontainers.image.revision:${CI_COMMIT_SHA}"
)
if git diff --quiet; then
  echo "${ENVIRONMENT} has ${DIGEST} already"
  exit 0
fi
git commit --all --message "$title"

case "$HOW" in
  commit) push "${CI_PROJECT_URL}.git" HEAD:refs/heads/main ;;
  propose) propose "deploy/${ENVIRONMENT}" "$title" "Image ${IMAGE}@${DIGEST}, built from ${CI_COMMIT_SHA}." ;;
  *)
    echo "deliver.sh: '${HOW}' is neither commit nor propose" >&2
    exit 2
    ;;
esac

#!/usr/bin/env bash
# Pins every base image of the Dockerfile and every image of a job that has a tag
# alone to the digest that the tag has now, and proposes that as a merge request.
set -euo pipefail
# shellcheck source=SCRIPTDIR/git.sh
source .gitlab/git.sh

digest_of() {
  local digest
  digest=$(skopeo inspect --format '{{.Digest}}' "docker://$1")
  [[ "$digest" =~ ^sha256:[0-9a-f]{64}$ ]] || {
    echo "pin.sh: $1 has no digest: ${digest}" >&2
    exit 1
  }
  echo "$digest"
}

stages=' scratch '
while read -r image stage; do
  if [[ "$stages" != *" ${image} "* && "$image" != *@sha256:* ]]; then
    digest=$(digest_of "$image")
    # Tags have no character that means something to sed but the dot.
    sed -i -E "s|^(FROM (--platform=[^ ]+ )?)${image//./\\.}( .*)?$|\1${image}@${digest}\3|" Dockerfile
  fi
  stages+="${stage} "
done < <(sed -nE 's/^FROM (--platform=[^ ]+ )?([^ ]+)( AS ([^ ]+))?$/\2 \4/p' Dockerfile)

jobs=(.gitlab-ci.yml .gitlab/tools.yml)
while read -r image; do
  digest=$(digest_of "$image")
  sed -i -E "s|^( +(image\|name): )${image//./\\.}$|\1${image}@${digest}|" "${jobs[@]}"
done < <(sed -nE 's|^ +(image\|name): ([^ @]+/[^ @]+:[^ @]+)$|\2|p' "${jobs[@]}" | sort --unique)

if git diff --quiet; then
  echo 'every image is pinned'
  exit 0
fi
title='Pin the images'
git checkout --detach
git commit --all --message "$title"
propose pin-images "$title" 'What is built tomorrow is what was built and scanned today. Renovate moves the digests on.'

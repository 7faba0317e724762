#!/usr/bin/env bash
# Pins every base image of the Dockerfile that has a tag alone to the digest
# that the tag has now, and the image of the dev container too, and proposes
# that as a pull request. Needs a GH_TOKEN that may push. From then on,
# Dependabot moves tag and digest of the Dockerfile together.
set -euo pipefail

branch=pin-base-images
title='Pin the base images'

digest_of() {
  local digest
  digest=$(docker buildx imagetools inspect "$1" --format '{{.Manifest.Digest}}')
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

devcontainer=.devcontainer/devcontainer.json
if [ -f "$devcontainer" ]; then
  image=$(sed -nE 's/^  "image": "([^"@]+)",?$/\1/p' "$devcontainer")
  if [ -n "$image" ]; then
    digest=$(digest_of "$image")
    sed -i "s|\"${image//./\\.}\"|\"${image}@${digest}\"|" "$devcontainer"
  fi
fi

if git diff --quiet; then
  echo 'every base image is pinned'
  exit 0
fi

git config user.name 'github-actions[bot]'
git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
gh auth setup-git
git switch --create "$branch"
git commit --all --message "$title"
git push --force origin "$branch"
if [ -z "$(gh pr list --head "$branch" --json number --jq '.[].number')" ]; then
  gh pr create --base main --head "$branch" --title "$title" \
    --body 'What is built tomorrow is what was built and scanned today. Dependabot moves the digests on.'
fi

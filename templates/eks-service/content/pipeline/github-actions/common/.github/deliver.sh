#!/usr/bin/env bash
# Writes the digest into the overlay of an environment: `deliver.sh ENVIRONMENT
# commit` commits it to main, `deliver.sh ENVIRONMENT propose` opens a pull
# request, or brings the open one up to date. Needs DIGEST, GITHUB_SHA and a
# GH_TOKEN that may push.
set -euo pipefail

environment=$1
how=$2
settings=$(dirname "$0")/pipeline.settings
name=$(sed -n 's/^name=//p' "$settings")
image=$(sed -n 's/^image=//p' "$settings")
title="Deploy ${GITHUB_SHA:0:7} to ${environment}"

git config user.name 'github-actions[bot]'
git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
gh auth setup-git

(
  cd "deploy/overlays/${environment}"
  kustomize edit set image "${name}=${image}@${DIGEST}"
  kustomize edit set annotation "org.opencontainers.image.revision:${GITHUB_SHA}"
  # With the first image, pods may start.
  sed -i '/path: not-built-yet\.yaml$/d' kustomization.yaml
  rm -f not-built-yet.yaml
)
if git diff --quiet; then
  echo "${environment} has ${DIGEST} already"
  exit 0
fi

case "$how" in
  commit)
    git commit --all --message "$title"
    git push origin HEAD:main
    ;;
  propose)
    branch="deploy/${environment}"
    body="Image \`${image}@${DIGEST}\`, built from ${GITHUB_SHA}."
    git switch --create "$branch"
    git commit --all --message "$title"
    git push --force origin "$branch"
    if [ -n "$(gh pr list --head "$branch" --json number --jq '.[].number')" ]; then
      gh pr edit "$branch" --title "$title" --body "$body"
    else
      gh pr create --base main --head "$branch" --title "$title" --body "$body"
    fi
    ;;
  *)
    echo "deliver.sh: '${how}' is neither commit nor propose" >&2
    exit 2
    ;;
esac

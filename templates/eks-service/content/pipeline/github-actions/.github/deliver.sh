#!/usr/bin/env bash
# Writes the digest into the overlays. Where there is more than one environment,
# the last one, production, comes through a pull request.
set -euo pipefail

name=$(sed -n 's/^name=//p' .github/pipeline.settings)
image=$(sed -n 's/^image=//p' .github/pipeline.settings)
mapfile -t environments < <(sed -n 's/^environments=//p' .github/pipeline.settings | tr ' ' '\n')
remote="https://x-access-token:${GH_TOKEN}@github.com/${GITHUB_REPOSITORY}.git"

git config user.name 'github-actions[bot]'
git config user.email '41898282+github-actions[bot]@users.noreply.github.com'

set_digest() {
  (
    cd "deploy/overlays/$1"
    kustomize edit set image "${name}=${image}@${DIGEST}"
    kustomize edit set annotation --force "org.opencontainers.image.revision:${GITHUB_SHA}"
  )
  git add "deploy/overlays/$1"
}

last=${environments[-1]}
for environment in "${environments[@]}"; do
  if [ "$environment" = "$last" ] && [ "${#environments[@]}" -gt 1 ]; then
    continue
  fi
  set_digest "$environment"
done
if ! git diff --cached --quiet; then
  git commit --message "Deploy ${GITHUB_SHA:0:7}"
  git push "$remote" HEAD:main
fi

if [ "${#environments[@]}" -gt 1 ]; then
  branch="deploy/${last}/${GITHUB_SHA:0:7}"
  git switch --create "$branch"
  set_digest "$last"
  git commit --message "Deploy ${GITHUB_SHA:0:7} to ${last}"
  git push "$remote" "$branch"
  gh pr create --base main --head "$branch" --title "Deploy ${GITHUB_SHA:0:7} to ${last}" \
    --body "Image \`${image}@${DIGEST}\`, built from ${GITHUB_SHA}."
fi

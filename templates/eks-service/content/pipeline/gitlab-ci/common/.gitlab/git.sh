# Pushes as the job: what it may is set in the project, and no pipeline starts
# from it.
# shellcheck shell=bash

: "${CI_JOB_TOKEN:?set by GitLab}" "${CI_PROJECT_URL:?set by GitLab}"

git config user.name 'GitLab CI'
git config user.email "ci@${CI_SERVER_HOST}"

push() {
  # The token is asked for where it is needed, and stands in no command line.
  # shellcheck disable=SC2016
  git -c credential.helper= \
    -c credential.helper='!f() { echo username=gitlab-ci-token; echo "password=${CI_JOB_TOKEN}"; }; f' \
    push "$@"
}

# Pushes HEAD to a branch, and proposes it or brings the open proposal up to date.
propose() {
  local branch=$1 title=$2 description=$3
  push --force \
    --push-option merge_request.create \
    --push-option merge_request.target=main \
    --push-option merge_request.remove_source_branch \
    --push-option "merge_request.title=${title}" \
    --push-option "merge_request.description=${description}" \
    "${CI_PROJECT_URL}.git" "HEAD:refs/heads/${branch}"
}

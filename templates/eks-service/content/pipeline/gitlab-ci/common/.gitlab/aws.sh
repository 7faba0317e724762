# What needs the job's role, which its token of OpenID Connect gives it.
# shellcheck shell=bash

: "${IMAGE:?the image repository}" "${AWS_ROLE_ARN:?the role}" "${AWS_ID_TOKEN:?see id_tokens}"

# Takes the role and logs in to its registry. AWS's tools take the role by
# themselves when they are told where the token is.
login() {
  local folder
  folder=$(mktemp -d)
  printf '%s' "$AWS_ID_TOKEN" > "${folder}/token"
  export AWS_WEB_IDENTITY_TOKEN_FILE="${folder}/token"
  export AWS_ROLE_SESSION_NAME="gitlab-${CI_PROJECT_ID}-${CI_JOB_ID}"
  # Skopeo and cosign each have a name of their own for it.
  export DOCKER_CONFIG=$folder REGISTRY_AUTH_FILE="${folder}/config.json"
  aws ecr get-login-password |
    skopeo login --username AWS --password-stdin "${IMAGE%%/*}"
}

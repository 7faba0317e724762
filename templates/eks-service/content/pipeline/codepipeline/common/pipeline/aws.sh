# Tools that need the job's own role, each in its image.
# shellcheck shell=bash
# shellcheck source=SCRIPTDIR/images.sh
source pipeline/images.sh

: "${IMAGE:?the image repository}" "${AWS_REGION:?set by CodeBuild}"

login() {
  aws ecr get-login-password |
    docker login --username AWS --password-stdin "${IMAGE%%/*}"
}

# With the registry's login and the role that CodeBuild hands to its host.
with_role() {
  docker run --rm --network host \
    --env AWS_CONTAINER_CREDENTIALS_RELATIVE_URI --env AWS_REGION \
    --env DOCKER_CONFIG=/docker --volume "${HOME}/.docker:/docker:ro" \
    --volume "${PWD}:/work" --workdir /work \
    "$@"
}

# Where the pipeline's own tools come from; Renovate moves them on.
# shellcheck shell=bash disable=SC2034

# renovate: datasource=docker
BUILDKIT=docker.io/moby/buildkit:v0.25.1
# renovate: datasource=docker
TRIVY=public.ecr.aws/aquasecurity/trivy:0.69.0
# renovate: datasource=docker
SKOPEO=quay.io/skopeo/stable:v1.20.0
# renovate: datasource=docker
COSIGN=ghcr.io/sigstore/cosign/cosign:v2.6.1
# renovate: datasource=docker
KUSTOMIZE=registry.k8s.io/kustomize/kustomize:v5.7.1

/**
 * The parts of a container image's reference.
 *
 * @public
 */
export interface ImageReference {
  /** Registry and repository, without tag and digest. */
  repository: string;
  tag?: string;
  /** Such as `sha256:…`. */
  digest?: string;
  /** Where the image is, if it is in a private ECR registry. */
  ecr?: { accountId: string; region: string; repository: string };
}

const ECR_HOST =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/;

/**
 * Takes an image reference apart. Whatever a cluster reports is accepted: what
 * cannot be recognised stays in `repository`.
 *
 * @public
 */
export function parseImageReference(image: string): ImageReference {
  // Runtimes put a scheme before an image's id.
  const text = image.replace(/^[a-z-]+:\/\//, '');
  const [beforeDigest, digest] = split(text, text.indexOf('@'));
  const slash = beforeDigest.lastIndexOf('/');
  const colon = beforeDigest.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  const [repository, tag] = split(beforeDigest, colon > slash ? colon : -1);
  const firstSlash = repository.indexOf('/');
  const match = ECR_HOST.exec(repository.slice(0, Math.max(firstSlash, 0)));
  return {
    repository,
    ...(tag && { tag }),
    ...(digest && { digest }),
    ...(match && {
      ecr: {
        accountId: match[1],
        region: match[2],
        repository: repository.slice(firstSlash + 1),
      },
    }),
  };
}

function split(text: string, at: number): [string, string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

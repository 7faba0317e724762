import { REVISION_ANNOTATION } from '../annotations';
import { parseImageReference } from '../imageReference';
import { textOf } from './kubernetes';
import type { Release } from './types';

const VERSION_LABEL = 'app.kubernetes.io/version';

/** What a pod, or the template of one, says it runs. */
export function releaseOf(options: {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  image?: string;
  /** What the runtime reports it pulled. */
  imageId?: string;
}): Release {
  const { labels, annotations, image, imageId } = options;
  const wanted = image ? parseImageReference(image) : undefined;
  const pulled = imageId ? parseImageReference(imageId) : undefined;
  const version = textOf(labels?.[VERSION_LABEL]) ?? wanted?.tag;
  const commit = textOf(annotations?.[REVISION_ANNOTATION]);
  const digest = pulled?.digest ?? wanted?.digest;
  return {
    ...(version && { version }),
    ...(commit && { commit }),
    ...(digest && { digest }),
  };
}

/** Whether two releases are one build. */
export function sameRelease(one: Release, other: Release): boolean {
  return one.digest && other.digest
    ? one.digest === other.digest
    : one.version === other.version && one.commit === other.commit;
}

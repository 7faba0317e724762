import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';

const NOT_BUILT = 'not-built-yet.yaml';

/**
 * Writes into an overlay what the pipeline does with its first delivery.
 *
 * @param file - the overlay's kustomization
 */
export function deliverDigest(
  file: string,
  image: { digest: string; revision: string },
): void {
  const document = parseDocument(readFileSync(file, 'utf8'));
  document.setIn(['images', 0, 'digest'], image.digest);
  document.deleteIn(['images', 0, 'newTag']);
  document.set('commonAnnotations', {
    'org.opencontainers.image.revision': image.revision,
  });
  const patches = document.get('patches');
  if (isSeq(patches)) {
    patches.items = patches.items.filter(
      item => !(isMap(item) && item.get('path') === NOT_BUILT),
    );
  }
  rmSync(join(dirname(file), NOT_BUILT), { force: true });
  writeFileSync(file, document.toString());
}

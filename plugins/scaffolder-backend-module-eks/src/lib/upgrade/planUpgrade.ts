import { RECORD, readRecord, type ServiceRecord, withVersion } from './record';
import { besideOf } from '../source/adoption';
import { type Merge, mergeTrees, type Sides, type Tree } from './mergeTrees';

/**
 * What a new version of its template changes in a repository.
 *
 * @param base - what the version that made it gives for the same entries
 * @param theirs - what the new version gives
 */
export async function planUpgrade(options: {
  record: ServiceRecord;
  base: Tree;
  ours: Tree;
  theirs: Tree;
  sides: Sides;
  signal?: AbortSignal;
}): Promise<Merge> {
  const { record, ours, sides, signal } = options;
  const place = placesOf(record, ours);
  const moved = (tree: Tree): Tree =>
    new Map([...tree].map(([path, file]) => [place(path), file]));
  const theirs = moved(options.theirs);
  const merge = await mergeTrees(
    { base: moved(options.base), ours, theirs },
    sides,
    signal,
  );
  return keepRecord(merge, ours, theirs);
}

/**
 * Where a generated file is: beside the one that was brought in, where both
 * had one name.
 */
function placesOf(record: ServiceRecord, ours: Tree) {
  const { beside, parameters } = record;
  return (path: string): string => {
    if (beside) {
      return beside[path] ?? path;
    }
    // Repositories of before 0.2.0 do not record it.
    const other = besideOf(path, 'slipway');
    return parameters.source === 'existing' && ours.has(other) ? other : path;
  };
}

/** A record with marks in it could not be read any more. */
function keepRecord(merge: Merge, ours: Tree, theirs: Tree): Merge {
  const conflict = merge.conflicts.some(({ path }) => path === RECORD);
  const [own, made] = [ours, theirs].map(tree => tree.get(RECORD));
  if (!conflict || !own || !made) {
    return merge;
  }
  const { template } = readRecord(
    made.content.toString('utf8'),
    'the template',
  );
  merge.written.set(RECORD, {
    ...own,
    content: Buffer.from(
      withVersion(own.content.toString('utf8'), template.version),
    ),
  });
  return {
    ...merge,
    conflicts: merge.conflicts.filter(({ path }) => path !== RECORD),
  };
}

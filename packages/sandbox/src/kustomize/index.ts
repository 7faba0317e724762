import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../kubernetes';
import { build } from './build';

const run = promisify(execFile);

/** Whether `kubectl kustomize` can be used here. */
export function isKubectlInstalled(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * The objects of an overlay: made by kubectl where it is installed, else by a
 * small renderer of what our templates use. Both give the same.
 *
 * @param root - the repository; nothing outside is read
 * @throws Error that names the file
 */
export async function render(
  root: string,
  overlay: string,
): Promise<KubernetesObject[]> {
  if (!isKubectlInstalled()) {
    return build(root, overlay);
  }
  // The same limits as ours: kubectl would read what lies outside.
  build(root, overlay);
  const { stdout } = await run('kubectl', ['kustomize', overlay], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  return parseAllDocuments(stdout).map(document => document.toJS());
}

export { build } from './build';

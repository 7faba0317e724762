import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** What a control plane is made of. */
export const PROGRAMS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
] as const;

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Looks whether a folder has all that a control plane is made of.
 *
 * @param origin - where the folder was named, for the error
 * @throws Error that names what is missing
 */
export function requirePrograms(folder: string, origin: string): void {
  const missing = PROGRAMS.filter(name => !isProgram(join(folder, name)));
  if (missing.length) {
    throw new Error(
      `${origin} names the folder ${folder}, which has no ${missing.join(
        ', ',
      )}: put ${PROGRAMS.join(', ')} there, or leave ${origin} out.`,
    );
  }
}

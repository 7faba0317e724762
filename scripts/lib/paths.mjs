import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What the commands remember between runs; safe to delete. */
export const stateDirectory = join(root, '.slipway');

import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's cache folder for what Slipway fetches and builds by itself. */
export function userCache(): string {
  const base =
    process.env.XDG_CACHE_HOME ||
    (process.platform === 'win32' && process.env.LOCALAPPDATA) ||
    join(
      homedir(),
      process.platform === 'darwin' ? 'Library/Caches' : '.cache',
    );
  return join(base, 'slipway');
}

import { execFileSync } from 'node:child_process';

function isInstalled(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * `describe`, where kubectl is installed. A newcomer has none, and the sandbox
 * needs none: there the tests are skipped, and their title says why.
 */
export function describeWithKubectl(title: string, tests: () => void): void {
  if (isInstalled()) {
    describe(title, tests);
  } else {
    describe.skip(`${title} (skipped: kubectl is not installed)`, tests);
  }
}

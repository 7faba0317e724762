import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { requirePrograms } from '@slipway/sandbox';
import { type GoOptions, goTools } from '../toolchain/go';

const MODULE = resolve(__dirname, 'programs');

/** Says where programs are that are built already, as Kubebuilder's tools do. */
const ASSETS = 'KUBEBUILDER_ASSETS';

/** The version of Kubernetes that the module pins: `1.35.4`. */
export function kubernetesVersion(): string {
  const [, version] =
    /^\s*k8s\.io\/kubernetes v(\S+)/m.exec(
      readFileSync(join(MODULE, 'go.mod'), 'utf8'),
    ) ?? [];
  if (!version) {
    throw new Error(
      `${join(MODULE, 'go.mod')} does not require k8s.io/kubernetes`,
    );
  }
  return version;
}

/** What a release says of itself, and a build from the module does not know. */
function versionFlags(version: string): string {
  const [major, minor] = version.split('.');
  return [
    '-s -w',
    ...Object.entries({
      gitVersion: `v${version}`,
      gitMajor: major,
      gitMinor: minor,
    }).map(
      ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
    ),
  ].join(' ');
}

/**
 * The folder with a control plane's programs: the one that
 * `KUBEBUILDER_ASSETS` names, or else built from the Go module beside this file,
 * which takes minutes the first time and is kept.
 *
 * @param options - what is otherwise taken from the machine
 * @throws Error that says what is missing and how to get it
 */
export async function clusterPrograms(
  options: Pick<GoOptions, 'user'> & Partial<GoOptions>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const given = environment[ASSETS];
  if (given) {
    if (!existsSync(given)) {
      throw new Error(
        `${ASSETS} names the folder ${given}, which is not there: correct it, or leave it out, and the programs are built.`,
      );
    }
    requirePrograms(given, ASSETS);
    return given;
  }
  return goTools({
    module: MODULE,
    ldflags: versionFlags(kubernetesVersion()),
    ...options,
  });
}

import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deliverDigest } from '../golden/__testUtils__/deliverDigest';
import type { Scaffolder } from '../golden/__testUtils__/scaffolder';
import { type Combination, nameOf, valuesOf } from './combinations';
import { filesBelow, run } from './programs';
import type { Rendering } from './types';

const image = {
  digest: `sha256:${'a'.repeat(64)}`,
  revision: '0123456789abcdef0123456789abcdef01234567',
};

async function kustomize(repository: string, overlay: string): Promise<string> {
  const { code, stdout, stderr } = await run(
    'kubectl',
    ['kustomize', overlay],
    { cwd: repository },
  );
  // Deprecated fields are said there, with exit code 0.
  if (code !== 0 || stderr) {
    throw new Error(`kubectl kustomize ${overlay}: ${stderr}`);
  }
  return stdout;
}

/**
 * Fills in the template, delivers once, and renders every overlay.
 *
 * @throws Error where one of these does not work
 */
export async function renderRepository(
  scaffolder: Pick<Scaffolder, 'dryRun'>,
  combination: Combination,
): Promise<Rendering> {
  const { directory, error } = await scaffolder.dryRun(
    valuesOf(combination),
    // The namespaces are judged too, and are not kept in the repository.
    template => {
      template.spec.steps = template.spec.steps.filter(
        ({ id }) => id !== 'tidy',
      );
    },
  );
  const name = nameOf(combination);
  if (error) {
    throw new Error(`${name}: ${error}`);
  }
  const namespaces = `${directory}-namespaces`;
  renameSync(join(directory, '.cluster'), namespaces);
  const manifests: Record<string, string> = {};
  for (const file of filesBelow(namespaces)) {
    const [environment] = file.split('/');
    manifests[`${environment}/namespace.yaml`] = readFileSync(
      join(namespaces, file),
      'utf8',
    );
    deliverDigest(
      join(directory, 'deploy/overlays', environment, 'kustomization.yaml'),
      image,
    );
    manifests[`${environment}/service.yaml`] = await kustomize(
      directory,
      `deploy/overlays/${environment}`,
    );
  }
  rmSync(namespaces, { recursive: true });
  return { name, combination, repository: directory, manifests };
}

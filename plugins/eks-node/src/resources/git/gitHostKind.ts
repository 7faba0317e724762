import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { GitHostKind } from '@slipway/backstage-plugin-eks-common';

/**
 * What a git host is, by the portal's integrations.
 *
 * @returns undefined for what is neither, or not configured
 * @public
 */
export function gitHostKind(
  host: string,
  integrations: ScmIntegrationRegistry,
): GitHostKind | undefined {
  if (integrations.github.byHost(host)) {
    return 'github';
  }
  return integrations.gitlab.byHost(host) ? 'gitlab' : undefined;
}

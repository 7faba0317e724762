import { isObject } from './json';
import type { JsonObject } from './types';

/**
 * What a pod violates of the Pod Security Standard `restricted` (Kubernetes
 * documentation, Pod Security Standards), in the admission plugin's words.
 */
export function restrictedViolations(podSpec: JsonObject): string[] {
  const pod = isObject(podSpec.securityContext) ? podSpec.securityContext : {};
  const containers = ['initContainers', 'containers'].flatMap(field => {
    const list = podSpec[field];
    return Array.isArray(list) ? list.filter(isObject) : [];
  });
  const security = (container: JsonObject) =>
    isObject(container.securityContext) ? container.securityContext : {};
  const names = (failing: JsonObject[]) =>
    `container${failing.length > 1 ? 's' : ''} ${failing
      .map(({ name }) => `"${name}"`)
      .join(', ')}`;
  const failing = (test: (context: JsonObject) => boolean) =>
    containers.filter(container => !test(security(container)));

  const violations: string[] = [];
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (podSpec[field]) {
      violations.push(`host namespaces (${field}=true)`);
    }
  }
  const escalating = failing(
    context => context.allowPrivilegeEscalation === false,
  );
  if (escalating.length > 0) {
    violations.push(
      `allowPrivilegeEscalation != false (${names(
        escalating,
      )} must set securityContext.allowPrivilegeEscalation=false)`,
    );
  }
  const capable = failing(({ capabilities }) => {
    const drop = isObject(capabilities) ? capabilities.drop : undefined;
    return Array.isArray(drop) && drop.includes('ALL');
  });
  if (capable.length > 0) {
    violations.push(
      `unrestricted capabilities (${names(
        capable,
      )} must set securityContext.capabilities.drop=["ALL"])`,
    );
  }
  const maybeRoot = failing(
    context => (context.runAsNonRoot ?? pod.runAsNonRoot) === true,
  );
  if (maybeRoot.length > 0) {
    violations.push(
      `runAsNonRoot != true (pod or ${names(
        maybeRoot,
      )} must set securityContext.runAsNonRoot=true)`,
    );
  }
  const root = containers.filter(
    container => (security(container).runAsUser ?? pod.runAsUser) === 0,
  );
  if (root.length > 0) {
    violations.push(`runAsUser=0 (${names(root)})`);
  }
  const unconfined = failing(context => {
    const profile = context.seccompProfile ?? pod.seccompProfile;
    return (
      isObject(profile) &&
      (profile.type === 'RuntimeDefault' || profile.type === 'Localhost')
    );
  });
  if (unconfined.length > 0) {
    violations.push(
      `seccompProfile (pod or ${names(
        unconfined,
      )} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
    );
  }
  const volumes = Array.isArray(podSpec.volumes) ? podSpec.volumes : [];
  const host = volumes.filter(volume => isObject(volume) && volume.hostPath);
  if (host.length > 0) {
    violations.push('restricted volume types (hostPath)');
  }
  return violations;
}

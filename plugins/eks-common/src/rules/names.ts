/** RFC 1123 label, as Kubernetes wants names to be. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Namespaces with an owner, by name. */
const RESERVED_NAMESPACES = new Map([
  ['default', 'is where things without a namespace land'],
  ['argocd', 'belongs to Argo CD'],
  ['cert-manager', 'belongs to cert-manager'],
  ['external-dns', 'belongs to ExternalDNS'],
  ['external-secrets', 'belongs to the External Secrets Operator'],
  ['flux-system', 'belongs to Flux'],
  ['gatekeeper-system', 'belongs to Gatekeeper'],
  ['istio-system', 'belongs to Istio'],
  ['keda', 'belongs to KEDA'],
  ['kyverno', 'belongs to Kyverno'],
  ['linkerd', 'belongs to Linkerd'],
  ['monitoring', 'belongs to the monitoring of the cluster'],
  ['opentelemetry-operator-system', 'belongs to the OpenTelemetry operator'],
]);

/** Starts of names with an owner. */
const RESERVED_PREFIXES = new Map([
  ['kube-', 'belongs to Kubernetes'],
  ['amazon-', 'belongs to AWS add-ons'],
  ['aws-', 'belongs to AWS add-ons'],
  ['eks-', 'belongs to EKS'],
  ['karpenter', 'belongs to Karpenter'],
]);

/**
 * What is wrong with a service's name: a DNS label of 2 to 40 characters that
 * starts with a letter, since it also names a Kubernetes Service (RFC 1035).
 *
 * @returns a sentence that starts with the field's name, or undefined.
 * @public
 */
export function validateServiceName(name: string): string | undefined {
  if (name.length < 2 || name.length > 40) {
    return `name: use 2 to 40 characters, not ${name.length}.`;
  }
  if (/[A-Z]/.test(name)) {
    return `name: "${quote(name)}" has upper-case letters; use lower case.`;
  }
  if (!DNS_LABEL.test(name) || !/^[a-z]/.test(name)) {
    return `name: "${quote(
      name,
    )}" must start with a letter, end with a letter or digit, and have only lower-case letters, digits and hyphens between.`;
  }
  return yamlWord('name', name);
}

/**
 * What is wrong with a namespace: it must be a DNS label of at most 63
 * characters, and not one that Kubernetes, EKS or a cluster-wide tool owns.
 *
 * @returns a sentence that starts with the field's name, or undefined.
 * @public
 */
export function validateNamespace(namespace: string): string | undefined {
  if (namespace.length < 1 || namespace.length > 63) {
    return `namespace: use 1 to 63 characters, not ${namespace.length}.`;
  }
  if (!DNS_LABEL.test(namespace)) {
    return `namespace: "${quote(
      namespace,
    )}" must have only lower-case letters, digits and hyphens, and start and end with a letter or digit.`;
  }
  const owner =
    RESERVED_NAMESPACES.get(namespace) ??
    [...RESERVED_PREFIXES].find(([start]) => namespace.startsWith(start))?.[1];
  return owner
    ? `namespace: "${namespace}" is reserved, it ${owner}; choose another, such as the service's name.`
    : undefined;
}

/**
 * What is wrong with the name of an environment: it names a folder and a
 * GitHub environment, so a DNS label of at most 20 characters.
 *
 * @returns a sentence that starts with the field's name, or undefined.
 * @public
 */
export function validateEnvironment(environment: string): string | undefined {
  if (
    environment.length > 20 ||
    !DNS_LABEL.test(environment) ||
    !/^[a-z]/.test(environment)
  ) {
    return `environment: "${quote(
      environment,
    )}" must have 1 to 20 lower-case letters, digits and hyphens, and start with a letter.`;
  }
  return yamlWord('environment', environment);
}

/** Some names are no text where they land unquoted in YAML. */
function yamlWord(field: string, name: string): string | undefined {
  return /^(true|false|null|yes|no|on|off)$/.test(name)
    ? `${field}: "${name}" means something else in YAML; choose another.`
    : undefined;
}

/**
 * What is wrong with a host name (RFC 1123): labels of letters, digits and
 * hyphens, at least two of them, at most 253 characters, no wildcard.
 *
 * @returns a sentence that starts with the field's name, or undefined.
 * @public
 */
export function validateHostname(hostname: string): string | undefined {
  const labels = hostname.split('.');
  if (
    hostname.length > 253 ||
    labels.length < 2 ||
    !labels.every(label => label.length <= 63 && DNS_LABEL.test(label))
  ) {
    return `hostname: "${quote(
      hostname,
    )}" is not a host name such as orders.example.com, in lower case.`;
  }
  return undefined;
}

/** Untrusted text in a message: shortened, on one line. */
export const quote = (text: string) =>
  (text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(
    /\p{C}/gu,
    '\uFFFD',
  );

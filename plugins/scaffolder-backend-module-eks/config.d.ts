/** Configuration of the scaffolder actions for Amazon EKS. */
export interface Config {
  eks?: {
    /** What templates may apply to clusters with `kubernetes:apply`. */
    apply?: {
      /**
       * Kinds that templates may apply, with their API group where they have
       * one: `Namespace`, `Deployment.apps`. Replaces the default, which is
       * Namespace, ResourceQuota, LimitRange, ServiceAccount and
       * NetworkPolicy.networking.k8s.io.
       */
      allowedKinds?: string[];
      /**
       * Namespaces that templates may use, with `*` as wildcard. When left
       * out, a template may use the namespaces that it makes and those that
       * belong to its entity; when set, no others, and those that belong to no
       * entity as well. Namespaces of the system are always refused.
       */
      allowedNamespaces?: string[];
    };
  };
}

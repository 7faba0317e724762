/** Configuration of the scaffolder actions for Amazon EKS. */
export interface Config {
  eks?: {
    /** What templates may apply to clusters with `kubernetes:apply`. */
    apply?: {
      /**
       * Kinds that templates may apply, with their API group where they have
       * one: `Namespace`, `Deployment.apps`. Replaces the default, which is
       * Namespace, ResourceQuota, LimitRange, ServiceAccount,
       * NetworkPolicy.networking.k8s.io and Application.argoproj.io.
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
    /**
     * What the IAM roles of pipelines are bound by. Without `path` and
     * `permissionsBoundary` no role is made.
     */
    pipelineRole?: {
      /**
       * Path that every role is made under, with a slash at both ends:
       * `/slipway/`.
       */
      path?: string;
      /**
       * Managed policy that limits every role: a name, which each account has
       * to have, or an ARN.
       */
      permissionsBoundary?: string;
      /** Accounts whose boundary is another. */
      accounts?: Array<{
        /** Twelve digits, in quotes. */
        accountId: string;
        /** Name or ARN of the managed policy. */
        permissionsBoundary: string;
      }>;
      /** Git hosts whose pipelines get their tokens from somewhere unusual. */
      issuers?: Array<{
        /** Host as in `integrations`, with its port if it has one. */
        host: string;
        /** Issuer of the tokens without `https://`: `gitlab.example.com`. */
        issuer: string;
      }>;
    };
  };
}

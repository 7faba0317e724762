/** Configuration of the EKS backend. */
export interface Config {
  eks?: {
    runtime?: {
      /** What may be changed from a service's page. */
      actions?: {
        /**
         * Whether anything may be changed at all: restart a rollout, scale
         * between bounds, delete one pod. Each needs a permission as well. Off
         * when left out.
         */
        enabled?: boolean;
        /**
         * Namespaces whose workloads may be changed, with `*` as wildcard. Those
         * that belong to the entity may always be.
         */
        allowedNamespaces?: string[];
        /** A workload without an autoscaler is not scaled below; 1 when left out. */
        minReplicas?: number;
        /** … nor above; 10 when left out. */
        maxReplicas?: number;
      };
    };
  };
}

import type { HumanDuration } from '@backstage/types';

/** Configuration that the EKS backend plugins share. */
export interface Config {
  eks?: {
    /** Which clusters the portal looks for. */
    discovery?: {
      /**
       * Accounts and regions whose clusters are discovered. Credentials for
       * each account are those of `aws.accounts`.
       */
      accounts?: Array<{
        /** Twelve digits, as text. */
        accountId: string;
        /** Regions such as `eu-west-1`; at least one. */
        regions: string[];
      }>;
      /** How often, and for how long, AWS is asked. */
      schedule?: {
        /** Time between two discoveries; 5 minutes when left out, at least 10 seconds. */
        frequency?: HumanDuration | string;
        /**
         * Time that one account and region has to answer; 1 minute when left
         * out, at least 1 second.
         */
        timeout?: HumanDuration | string;
      };
    };
    /** Where Argo CD is, which delivers what pipelines built. */
    argoCd?: {
      /** Namespace of its Applications; `argocd` when left out. */
      namespace?: string;
      /**
       * Project that services are in; `default` when left out, which allows
       * everything. See docs/iam.md for one that does not.
       */
      project?: string;
      /** One Argo CD for several clusters; without it, each has its own. */
      central?: {
        /** ARN of the cluster that it runs in. */
        clusterArn: string;
        /** How it knows the clusters that it delivers to. */
        destinations?: Array<{
          /** ARN of the cluster. */
          clusterArn: string;
          /** Its address there, as in `destination.server`. Either this or `name`. */
          server?: string;
          /** Its name there, as in `destination.name`. */
          name?: string;
        }>;
      };
    };
    /** How what runs is kept in memory; see docs/live-view.md. */
    watch?: {
      /**
       * How long something is still watched after the last one who looked; 5
       * minutes when left out.
       */
      keep?: HumanDuration | string;
      /**
       * Without a sign of life for this long, a connection to a cluster is
       * taken for dead; 90 seconds when left out. API servers send one about
       * once a minute.
       */
      silence?: HumanDuration | string;
      /** How long a cluster may take to begin an answer; 10 seconds when left out. */
      answer?: HumanDuration | string;
      /**
       * Longest time between two tries to reach a cluster; 15 seconds when left
       * out.
       */
      maximumBackoff?: HumanDuration | string;
      /** Time between two readings of usage figures; 15 seconds when left out. */
      metrics?: HumanDuration | string;
      /** Most list-and-watches of a backend process; 500 when left out. */
      maximumWatches?: number;
      /** Most objects of one kind that are kept of one cluster; 20,000 when left out. */
      maximumObjects?: number;
    };
  };
}

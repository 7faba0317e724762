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
  };
}

import type { HumanDuration } from '@backstage/types';

/** Configuration of the EKS plugins. */
export interface Config {
  eks?: {
    /** Where to look for EKS clusters. */
    discovery?: {
      /**
       * The AWS accounts and regions. Credentials for each account come from
       * `aws.accounts` (see @backstage/integration-aws-node).
       */
      accounts?: Array<{
        /** Twelve digits, in quotes. */
        accountId: string;
        /** Such as `eu-west-1`; at least one. */
        regions: string[];
      }>;
      schedule?: {
        /** How long what was found is taken for true. Default: 5 minutes. */
        frequency?: HumanDuration | string;
        /**
         * How long one account and region may take. Default: 15 seconds.
         */
        timeout?: HumanDuration | string;
      };
    };
  };
}

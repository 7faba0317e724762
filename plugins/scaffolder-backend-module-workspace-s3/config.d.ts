export interface Config {
  scaffolder?: {
    taskRecovery?: {
      /** Where workspaces are kept while `workspaceProvider` is `s3`. */
      s3?: {
        /** Bucket that holds the files of running tasks. */
        bucketName: string;
        /** What keys begin with, such as `portal/`. Default `workspaces/`. */
        keyPrefix?: string;
        /** Region of the bucket; the region of the environment when left out. */
        region?: string;
        /** Account whose credentials of `aws.accounts` are used; the portal's own when left out. */
        accountId?: string;
        /** KMS key that objects are encrypted with; the bucket's own encryption when left out. */
        kmsKeyId?: string;
        /** Whether the bucket is named in the path, which stores other than Amazon's may need. Default `false`. */
        forcePathStyle?: boolean;
      };
    };
  };
}

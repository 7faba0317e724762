export interface Config {
  eks?: {
    create?: {
      /**
       * Where the create form proposes to put new repositories, and where it
       * looks whether a name is free.
       *
       * @deepVisibility frontend
       */
      repository?: {
        /** A host of `integrations`, such as `github.com`. */
        host: string;
        /** The organisation or user on it. */
        owner: string;
      };

      /**
       * The same for services whose pipeline is GitLab's.
       *
       * @deepVisibility frontend
       */
      gitlab?: {
        /** A host of `integrations.gitlab`, such as `gitlab.com`. */
        host: string;
        /** The group, with its subgroups, or the user: `acme/shop`. */
        owner: string;
      };
    };

    /**
     * URL templates for the links into the AWS console, where the built-in
     * ones do not fit (an access portal, another console). `{console}`,
     * `{region}`, `{accountId}`, `{cluster}`, `{namespace}`, `{workload}`,
     * `{pod}`, `{logGroup}` and `{repository}` are filled in, URL-encoded; the
     * result must be an https URL.
     *
     * @deepVisibility frontend
     */
    links?: {
      containerInsights?: string;
      containerInsightsCluster?: string;
      containerInsightsNamespace?: string;
      containerInsightsWorkload?: string;
      logsInsights?: string;
      eksCluster?: string;
      ecrRepository?: string;
    };
  };
}

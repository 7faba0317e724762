export interface Config {
  permission?: {
    /** Who may do what in this portal; docs/production.md has the rules. */
    slipway?: {
      /** Groups or users who may do everything, such as `group:default/platform`. */
      administrators?: string[];
      /** Groups or users who may read logs and act on every service while it is in trouble. */
      onCall?: string[];
      /** Groups or users who may create services; everybody who has signed in, where this is left out. */
      creators?: string[];
    };
  };
}

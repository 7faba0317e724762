export interface Config {
  app?: {
    /**
     * How people sign in: as a guest, which the backend refuses in production,
     * or with GitHub, for which `auth.providers.github` has to be there.
     * Default `guest`.
     * @visibility frontend
     */
    signInWith?: 'guest' | 'github';
  };
}

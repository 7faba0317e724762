import type { KubeConfig } from '@kubernetes/client-node';

/** A cluster's API, and where its tokens come from. */
export interface KubernetesAccess {
  /** Names the cluster inside of the kubeconfig. */
  clusterArn: string;
  endpoint: string;
  /** PEM, base64-encoded. */
  certificateAuthority: string;
  token(): Promise<string>;
  /** Called with a token that the API did not take. */
  onRefused?(token: string): void;
}

const AUTH_PROVIDER = 'slipway-eks';

/** Whom to tell that a token was not taken. */
const listeners = new WeakMap<KubeConfig, (token: string) => void>();

/** Tells where the token came from that it was not taken. */
export function tellRefused(
  kubeConfig: KubeConfig,
  authorization: string | undefined,
): void {
  if (authorization !== undefined) {
    listeners.get(kubeConfig)?.(authorization.replace(/^Bearer /, ''));
  }
}

/** A kubeconfig in memory that asks for a token at every request. */
export async function createKubeConfig(
  access: KubernetesAccess,
): Promise<KubeConfig> {
  // The client comes as an ECMAScript module only.
  const client = await import('@kubernetes/client-node');
  const kubeConfig = new client.KubeConfig();
  kubeConfig.addAuthenticator({
    isAuthProvider: user => user.authProvider?.name === AUTH_PROVIDER,
    applyAuthentication: async (_user, options) => {
      options.headers = {
        ...options.headers,
        Authorization: `Bearer ${await access.token()}`,
      };
    },
  });
  kubeConfig.loadFromOptions({
    clusters: [
      {
        name: access.clusterArn,
        server: access.endpoint,
        caData: access.certificateAuthority,
        skipTLSVerify: false,
      },
    ],
    users: [{ name: 'slipway', authProvider: { name: AUTH_PROVIDER } }],
    contexts: [
      { name: 'slipway', cluster: access.clusterArn, user: 'slipway' },
    ],
    currentContext: 'slipway',
  });
  if (access.onRefused) {
    listeners.set(kubeConfig, access.onRefused);
  }
  return kubeConfig;
}

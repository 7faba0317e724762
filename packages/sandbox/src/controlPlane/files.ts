import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerCertificate } from '../core';

/** Users of the control plane itself; their tokens are made at each start. */
export const COMPONENTS = {
  admin: { user: 'admin', groups: ['system:masters'] },
  controllerManager: {
    user: 'system:kube-controller-manager',
    groups: ['system:authenticated'],
  },
  scheduler: {
    user: 'system:kube-scheduler',
    groups: ['system:authenticated'],
  },
  kwok: { user: 'kwok', groups: ['system:masters'] },
} as const;

export type Component = keyof typeof COMPONENTS;

/** What the programs read, each the path of a file. */
export interface ControlPlaneFiles {
  audit: string;
  auditPolicy: string;
  authentication: string;
  authenticationWebhook: string;
  authorization: string;
  certificate: string;
  key: string;
  certificateAuthority: string;
  serviceAccountKey: string;
  serviceAccountPublicKey: string;
  tokens: string;
  kwok: string;
  kubeconfig: Record<Component, string>;
}

interface FileOptions {
  folder: string;
  /** Where the API server will be. */
  url: string;
  certificate: ServerCertificate;
  tokens: Record<Component, string>;
  /** Who is asked about other tokens, and about what they may do. */
  webhooks: { authentication: string; authorization: string } | undefined;
}

// Health is anybody's, as on EKS, and nothing else.
const OPEN_PATHS = ['/healthz', '/livez', '/readyz', '/version'];

const kubeconfig = (server: string, user: object, cluster: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'cluster', cluster: { server, ...cluster } }],
  users: [{ name: 'user', user }],
  contexts: [
    { name: 'context', context: { cluster: 'cluster', user: 'user' } },
  ],
  'current-context': 'context',
});

const cached = { authorizedTTL: '1s', unauthorizedTTL: '1s' };

/** What may be done: by RBAC, else by who provides the cluster, as EKS's access policies are. */
function authorization(webhook: string | undefined) {
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthorizationConfiguration',
    authorizers: [
      { type: 'Node', name: 'node' },
      { type: 'RBAC', name: 'rbac' },
      ...(webhook
        ? [
            {
              type: 'Webhook',
              name: 'access-policies',
              webhook: {
                ...cached,
                timeout: '5s',
                failurePolicy: 'NoOpinion',
                subjectAccessReviewVersion: 'v1',
                matchConditionSubjectAccessReviewVersion: 'v1',
                connectionInfo: {
                  type: 'KubeConfigFile',
                  kubeConfigFile: webhook,
                },
              },
            },
          ]
        : []),
    ],
  };
}

/** Writes everything that the programs read, and says where it is. */
export function writeFiles(options: FileOptions): ControlPlaneFiles {
  const { folder, url, certificate, tokens, webhooks } = options;
  const write = (name: string, content: string | object) => {
    const file = join(folder, name);
    writeFileSync(
      file,
      typeof content === 'string' ? content : JSON.stringify(content),
      { mode: 0o600 },
    );
    return file;
  };
  const certificateAuthority = write(
    'ca.pem',
    certificate.certificateAuthority,
  );
  const serviceAccount = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const configOf = (component: Component) =>
    write(
      `${component}.kubeconfig`,
      kubeconfig(
        url,
        { token: tokens[component] },
        { 'certificate-authority': certificateAuthority },
      ),
    );
  return {
    audit: join(folder, 'audit.log'),
    auditPolicy: write('audit-policy.json', {
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [{ level: 'Metadata' }],
    }),
    authentication: write('authentication.json', {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthenticationConfiguration',
      anonymous: {
        enabled: true,
        conditions: OPEN_PATHS.map(path => ({ path })),
      },
    }),
    authenticationWebhook: webhooks
      ? write(
          'authentication-webhook.kubeconfig',
          kubeconfig(webhooks.authentication, {}),
        )
      : '',
    authorization: write(
      'authorization.json',
      authorization(
        webhooks &&
          write(
            'authorization-webhook.kubeconfig',
            kubeconfig(webhooks.authorization, {}),
          ),
      ),
    ),
    certificate: write('server.pem', certificate.certificate),
    key: write('server.key', certificate.key),
    certificateAuthority,
    serviceAccountKey: write('service-account.key', serviceAccount.privateKey),
    serviceAccountPublicKey: write(
      'service-account.pub',
      serviceAccount.publicKey,
    ),
    tokens: write(
      'tokens.csv',
      (Object.keys(COMPONENTS) as Component[])
        .map(component => {
          const { user, groups } = COMPONENTS[component];
          return `${tokens[component]},${user},${component},"${groups.join(',')}"\n`;
        })
        .join(''),
    ),
    // eslint-disable-next-line no-restricted-syntax -- never built, it runs from its sources
    kwok: join(__dirname, 'kwok.yaml'),
    kubeconfig: {
      admin: configOf('admin'),
      controllerManager: configOf('controllerManager'),
      scheduler: configOf('scheduler'),
      kwok: configOf('kwok'),
    },
  };
}

import type { KubeConfig } from '@kubernetes/client-node';
import { clientNode } from '../clientNode';
import {
  createFaults,
  createJournal,
  createServerCertificate,
} from '../../core';
import { startKubernetesCluster } from '../index';
import type {
  ClusterIdentity,
  KubernetesClusterOptions,
  KubernetesStandIn,
} from '../types';
import type { Faults, Journal } from '../../types';

/** A cluster for one test file, with clients for whoever may ask. */
export interface TestCluster {
  standIn: KubernetesStandIn;
  faults: Faults;
  journal: Journal;
  /** For the user with this token. */
  kubeConfig(token: string): KubeConfig;
  stop(): Promise<void>;
}

/** Time in these clusters runs this much faster. */
export const TIME_SCALE = 50;

/**
 * Starts a cluster on any free port. Token `admin` may do everything; other
 * tokens are the given identities.
 */
export async function startTestCluster(
  options: Partial<KubernetesClusterOptions> & {
    identities?: Record<string, ClusterIdentity>;
  } = {},
): Promise<TestCluster> {
  const { identities, ...rest } = options;
  const tls = await createServerCertificate('test', Date.now());
  const faults = createFaults();
  const journal = createJournal();
  const standIn = await startKubernetesCluster({
    context: {
      faults,
      journal,
      now: Date.now,
      log: message => {
        throw new Error(message);
      },
    },
    arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/test',
    name: 'test',
    accountId: '111122223333',
    region: 'eu-west-1',
    version: '1.35',
    port: 0,
    tls,
    compute: { kind: 'auto-mode' },
    authenticate: async token =>
      token === 'admin'
        ? { username: 'admin', groups: ['system:masters'], accessPolicies: [] }
        : identities?.[token],
    timeScale: TIME_SCALE,
    ...rest,
  });
  return {
    standIn,
    faults,
    journal,
    kubeConfig(token) {
      const kubeConfig = new clientNode.KubeConfig();
      kubeConfig.loadFromOptions({
        clusters: [
          {
            name: 'test',
            server: standIn.url,
            caData: Buffer.from(tls.certificateAuthority).toString('base64'),
          },
        ],
        users: [{ name: 'user', token }],
        contexts: [{ name: 'test', cluster: 'test', user: 'user' }],
        currentContext: 'test',
      });
      return kubeConfig;
    },
    stop: () => standIn.stop(),
  };
}

/** Asks until there is an answer; the test's own timeout is the limit. */
export async function until<T>(
  ask: () => Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

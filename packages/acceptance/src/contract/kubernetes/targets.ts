import {
  type ApiAccess,
  createFaults,
  createJournal,
  createServerCertificate,
  kinds,
  startControlPlane,
  startKubernetesCluster,
} from '@slipway/sandbox';
import { clusterPrograms } from '../../cluster/programs';
import { send, until } from '../../cluster/send';
import { identities, ONE } from './identities';
import { core } from './objects';
import type { KubernetesTarget } from './types';

const ADMIN = 'admin';

/** More changes than either remembers. */
const FORGOTTEN = 6_000;

const namespaceObject = (name: string, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

/** What both targets have in common. */
async function targetOf(
  admin: ApiAccess,
  rest: Pick<KubernetesTarget, 'setLoad' | 'forget' | 'stop'>,
): Promise<KubernetesTarget> {
  let count = 0;
  const create = async (name: string, labels?: Record<string, string>) => {
    const { status, body } = await send(admin, 'POST', '/api/v1/namespaces', {
      body: namespaceObject(name, labels),
    });
    if (status !== 201) {
      throw new Error(`no namespace ${name}: ${body.message}`);
    }
    // Pods are refused until its service account is there.
    await until(
      async () =>
        (await send(admin, 'GET', `${core(name, 'serviceaccounts')}/default`))
          .status === 200,
    );
    return name;
  };
  await create(ONE);
  return {
    ...rest,
    send: (method, path, { token = admin.token, ...parts } = {}) =>
      send({ ...admin, token }, method, path, parts),
    namespace(labels) {
      count += 1;
      return create(`case-${count}`, labels);
    },
  };
}

/** A cluster of the sandbox. */
export async function startSandboxTarget(): Promise<KubernetesTarget> {
  const tls = await createServerCertificate('contract', Date.now());
  const cluster = await startKubernetesCluster({
    context: {
      faults: createFaults(),
      journal: createJournal(),
      now: Date.now,
      log: message => {
        throw new Error(message);
      },
    },
    arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/contract',
    name: 'contract',
    accountId: '111122223333',
    region: 'eu-west-1',
    version: '1.35',
    port: 0,
    tls,
    compute: { kind: 'managed-nodes' },
    authenticate: async token =>
      token === ADMIN
        ? { username: ADMIN, groups: ['system:masters'], accessPolicies: [] }
        : identities[token],
    timeScale: 50,
  });
  return targetOf(
    {
      url: cluster.url,
      certificateAuthority: tls.certificateAuthority,
      token: ADMIN,
    },
    {
      setLoad: cluster.setLoad,
      async forget() {
        const name = 'forgetting';
        cluster.store.create(kinds.namespaces, namespaceObject(name));
        for (let change = 0; change < FORGOTTEN; change += 1) {
          cluster.store.update(
            kinds.namespaces,
            namespaceObject(name, { change: `${change}` }),
          );
        }
      },
      stop: cluster.stop,
    },
  );
}

/** A real control plane. */
export async function startRealTarget(): Promise<KubernetesTarget> {
  const cluster = await startControlPlane({
    programs: await clusterPrograms({ user: 'npm run test:real' }),
    authenticate: async token => identities[token],
  });
  return targetOf(cluster.admin, {
    setLoad: cluster.setLoad,
    forget: cluster.forget,
    stop: cluster.stop,
  });
}

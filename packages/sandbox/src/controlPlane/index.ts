import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createServerCertificate, LOOPBACK } from '../core';
import { Load } from '../kubernetes/controllers/load';
import { Logs } from '../kubernetes/controllers/logs';
import { typed } from '../kubernetes/controllers/objects';
import { kinds } from '../kubernetes/kinds';
import type { ClusterIdentity, KubernetesObject } from '../kubernetes/types';
import { type ApiAccess, call } from './client';
import * as commands from './commands';
import { type Component, writeFiles } from './files';
import { type Mirror, startMirror } from './mirror';
import { someNodes } from './nodes';
import { startNodeServer } from './nodeServer';
import { type Program, startProgram } from './processes';
import { startWebhooks } from './webhooks';

export { PROGRAMS, requirePrograms } from './programs';
export type { Mirror } from './mirror';
export { type ApiAccess, call as callApi } from './client';

const READY_MS = 60_000;

/** How a control plane starts. */
export interface ControlPlaneOptions {
  /** Folder of the programs that {@link PROGRAMS} names. */
  programs: string;
  /** Common name of its certificate; default `cluster`. */
  name?: string;
  /** Who has a token that the control plane did not make; nobody by default. */
  authenticate?(token: string): Promise<ClusterIdentity | undefined>;
  /** Whether `metrics.k8s.io` is served; default true. */
  metricsServer?: boolean;
  /** Its nodes, which KWOK makes ready; three by default. */
  nodes?: KubernetesObject[];
  /** Flags of the API server, beside our own. */
  apiServerFlags?: Record<string, string>;
  /** Told what the API server did not take from {@link ControlPlane.mirror}. */
  log?(message: string): void;
}

/** A request, as the API server wrote it down. */
export interface AuditEntry {
  verb: string;
  requestURI: string;
  user: { username: string };
  responseStatus?: { code: number };
}

/** A real control plane whose nodes and pods are simulated. */
export interface ControlPlane {
  url: string;
  /** Where its files are, and what its programs say. */
  folder: string;
  /** PEM. */
  certificateAuthority: string;
  /** As its administrator. */
  admin: ApiAccess;
  /** Its objects, of pods, nodes, namespaces and workloads at first. */
  mirror: Mirror;
  /** CPU load in per cent of the workload's request; undefined idles. */
  setLoad(
    namespace: string,
    workload: string,
    cpuUtilization: number | undefined,
  ): void;
  /** Forgets all changes so far, but not what is there, as a cluster does every five minutes. */
  forget(): Promise<void>;
  /** Every request so far, with who made it. */
  audit(): AuditEntry[];
  /** Ends all processes and removes all files; may be called twice. */
  stop(): Promise<void>;
}

/** As many free ports as asked for, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen(0, LOOPBACK, () => resolve(server));
        }),
    ),
  );
  return Promise.all(
    servers.map(
      server =>
        new Promise<number>((resolve, reject) => {
          const address = server.address();
          server.close(() =>
            address && typeof address === 'object'
              ? resolve(address.port)
              : reject(new Error('the system gives no port')),
          );
        }),
    ),
  );
}

/** @throws Error with the API server's answer */
async function create(access: ApiAccess, path: string, body: object) {
  const { status, text } = await call(access, 'POST', path, { body });
  if (status >= 300) {
    throw new Error(`POST ${path}: ${status} ${text}`);
  }
}

/**
 * The API server calls what its name stands for; no service of a simulated
 * node could be reached by an address.
 */
async function registerMetrics(admin: ApiAccess, port: number) {
  await create(admin, '/api/v1/namespaces/kube-system/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'metrics-server' },
    spec: {
      type: 'ExternalName',
      externalName: 'localhost',
      ports: [{ port }],
    },
  });
  await create(admin, '/apis/apiregistration.k8s.io/v1/apiservices', {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: 'metrics-server', namespace: 'kube-system', port },
    },
  });
}

const answersOk = (access: ApiAccess, path: string) => async () =>
  (await call(access, 'GET', path)).status === 200;

/** Has etcd forget the versions before the last, over its JSON gateway. */
async function compact(etcd: string) {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${etcd}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(
        `etcd: ${path}: ${response.status} ${await response.text()}`,
      );
    }
    return response.json();
  };
  // Any key, and what is asked for is in the answer's head.
  const { header } = await post('/v3/kv/range', { key: 'Lw==' });
  await post('/v3/kv/compaction', {
    revision: header.revision,
    physical: true,
  });
}

/** Waits for what the controllers make before anything else can be made. */
async function until(isSo: () => Promise<boolean>, what: string) {
  const deadline = Date.now() + READY_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) {
      throw new Error(`the control plane had no ${what} in ${READY_MS} ms`);
    }
    await pause(50);
  }
}

/**
 * Starts etcd, the API server, the controller manager, the scheduler and KWOK
 * on loopback.
 *
 * @throws Error with the last words of the program that did not start
 */
export async function startControlPlane(
  options: ControlPlaneOptions,
): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-cluster-'));
  const stops: (() => unknown)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
  ];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      // The API server before what it asks and keeps its objects in.
      for (const end of stops.reverse()) {
        await end();
      }
    })();
    return stopping;
  };
  try {
    return await start(options, folder, end => stops.push(end), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: ControlPlaneOptions,
  folder: string,
  onStop: (end: () => unknown) => void,
  stop: () => Promise<void>,
): Promise<ControlPlane> {
  const { programs, name = 'cluster', authenticate } = options;
  const { nodes = someNodes() } = options;
  const metricsServer = options.metricsServer ?? true;
  const [certificate, [etcd, etcdPeers, apiServer]] = await Promise.all([
    createServerCertificate(name, Date.now()),
    freePorts(3),
  ]);
  const webhooks = authenticate && (await startWebhooks(authenticate));
  if (webhooks) {
    onStop(webhooks.stop);
  }
  const url = `https://localhost:${apiServer}`;
  const secret = () => randomBytes(24).toString('hex');
  const tokens: Record<Component, string> = {
    admin: secret(),
    controllerManager: secret(),
    scheduler: secret(),
    kwok: secret(),
  };
  const files = writeFiles({ folder, url, certificate, tokens, webhooks });
  const { certificateAuthority } = certificate;
  const admin = { url, certificateAuthority, token: tokens.admin };

  const run = (program: string, args: string[]): Program => {
    const started = startProgram(programs, program, args, folder);
    onStop(started.stop);
    return started;
  };

  const mirror = startMirror(admin, options.log ?? (() => {}));
  onStop(() => mirror.stop());
  const context = {
    store: mirror,
    now: Date.now,
    scaled: (milliseconds: number) => milliseconds,
    timestamp: () => new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  const load = new Load(context, metricsServer);
  const nodeServer = await startNodeServer({
    certificate,
    metrics: load,
    store: mirror,
    logs: new Logs(context, load),
    version: '1.35',
  });
  onStop(nodeServer.stop);
  const ports = { etcd, etcdPeers, apiServer, kubelet: nodeServer.port };

  mkdirSync(join(folder, 'etcd'), { mode: 0o700 });
  run('etcd', commands.etcd(ports, join(folder, 'etcd')));
  const server = run(
    'kube-apiserver',
    commands.apiServer(ports, files, options.apiServerFlags ?? {}),
  );
  await server.ready(answersOk(admin, '/readyz'), READY_MS);
  run('kube-controller-manager', commands.controllerManager(files));
  run('kube-scheduler', commands.scheduler(files));
  run('kwok', commands.kwok(ports, files));
  for (const node of nodes) {
    await create(admin, '/api/v1/nodes', node);
  }
  if (metricsServer) {
    await registerMetrics(admin, nodeServer.port);
  }
  await mirror.follow([
    kinds.pods,
    kinds.nodes,
    kinds.namespaces,
    kinds.deployments,
    kinds.replicaSets,
    kinds.statefulSets,
  ]);
  await until(
    async () =>
      mirror
        .list(typed.nodes)
        .filter(({ status }) =>
          status?.conditions?.some(
            ({ type, status: value }) => type === 'Ready' && value === 'True',
          ),
        ).length === nodes.length,
    'ready nodes',
  );
  await until(
    answersOk(admin, '/api/v1/namespaces/default/serviceaccounts/default'),
    'service account of namespace default',
  );
  if (metricsServer) {
    await until(
      answersOk(admin, '/apis/metrics.k8s.io/v1beta1/nodes'),
      'metrics',
    );
  }
  return {
    url,
    folder,
    certificateAuthority,
    admin,
    mirror,
    setLoad: (namespace, workload, cpuUtilization) =>
      load.set(namespace, workload, cpuUtilization),
    forget: () => compact(`http://${LOOPBACK}:${etcd}`),
    audit: () =>
      readFileSync(files.audit, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line): AuditEntry => JSON.parse(line)),
    stop,
  };
}

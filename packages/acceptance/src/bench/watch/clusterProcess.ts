import type { KubeConfig } from '@kubernetes/client-node';
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { Command, News } from './clusterMain';

/** A cluster full of pods that runs beside this process, not in it. */
export interface ClusterProcess {
  connect(): Promise<KubeConfig>;
  /** Requests it got so far. */
  readonly requests: number;
  /** Changes a pod, and notes the time in its annotation `at`. */
  change(pod: number): void;
  stop(): Promise<void>;
}

/** Starts one in a process of its own: its memory is not what is measured. */
export async function startClusterProcess(
  pods: number,
): Promise<ClusterProcess> {
  const child = fork(resolve(__dirname, 'clusterMain.ts'), [String(pods)], {
    // As this process itself was started: with a loader for TypeScript.
    execArgv: process.execArgv,
  });
  const gone = new Promise<void>(done => child.once('exit', () => done()));
  let requests = 0;
  const { url, certificateAuthority } = await new Promise<
    NonNullable<News['started']>
  >((done, reject) => {
    child.on('message', (news: News) => {
      requests = news.requests ?? requests;
      if (news.started) {
        done(news.started);
      }
    });
    child.once('error', reject);
    child.once('exit', code =>
      reject(new Error(`the cluster ended with exit code ${code}`)),
    );
  });
  return {
    async connect() {
      const client = await import('@kubernetes/client-node');
      const kubeConfig = new client.KubeConfig();
      const caData = Buffer.from(certificateAuthority).toString('base64');
      kubeConfig.loadFromOptions({
        clusters: [
          { name: 'bench', server: url, caData, skipTLSVerify: false },
        ],
        users: [{ name: 'bench', token: 'bench' }],
        contexts: [{ name: 'bench', cluster: 'bench', user: 'bench' }],
        currentContext: 'bench',
      });
      return kubeConfig;
    },
    get requests() {
      return requests;
    },
    change(pod) {
      child.send({ change: { pod } } satisfies Command);
    },
    async stop() {
      child.disconnect();
      await gone;
    },
  };
}

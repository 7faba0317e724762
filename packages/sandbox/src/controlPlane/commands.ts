import type { ControlPlaneFiles } from './files';

/** Ports on loopback, one for each that listens. */
export interface ControlPlanePorts {
  etcd: number;
  etcdPeers: number;
  apiServer: number;
  kubelet: number;
}

const LOOPBACK = '127.0.0.1';

const flags = (values: Record<string, string | number | boolean>) =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/** All objects are lost with it, so it need not wait for the disk. */
export function etcd(
  { etcd: port, etcdPeers }: ControlPlanePorts,
  data: string,
) {
  const clients = `http://${LOOPBACK}:${port}`;
  const peers = `http://${LOOPBACK}:${etcdPeers}`;
  return flags({
    'data-dir': data,
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
    'unsafe-no-fsync': true,
    'log-level': 'warn',
  });
}

export function apiServer(
  ports: ControlPlanePorts,
  files: ControlPlaneFiles,
  extra: Record<string, string>,
) {
  return flags({
    'etcd-servers': `http://${LOOPBACK}:${ports.etcd}`,
    'bind-address': LOOPBACK,
    // Its own address as a Service's endpoint may not be loopback; nothing in the cluster calls it by that.
    'advertise-address': LOOPBACK,
    'endpoint-reconciler-type': 'none',
    'secure-port': ports.apiServer,
    'tls-cert-file': files.certificate,
    'tls-private-key-file': files.key,
    'service-cluster-ip-range': '10.100.0.0/16',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': files.serviceAccountPublicKey,
    'service-account-signing-key-file': files.serviceAccountKey,
    'token-auth-file': files.tokens,
    'authentication-config': files.authentication,
    'authorization-config': files.authorization,
    ...(files.authenticationWebhook && {
      'authentication-token-webhook-config-file': files.authenticationWebhook,
      'authentication-token-webhook-version': 'v1',
      'authentication-token-webhook-cache-ttl': '1s',
    }),
    'audit-policy-file': files.auditPolicy,
    'audit-log-path': files.audit,
    // KWOK's kubelets are all on this machine.
    'kubelet-preferred-address-types': 'InternalIP',
    'allow-privileged': true,
    // Watched past the cache, which remembers more than etcd: so that a version
    // can be forgotten.
    'watch-cache-sizes': 'limitranges#0',
    ...extra,
  });
}

export function controllerManager(files: ControlPlaneFiles) {
  return flags({
    kubeconfig: files.kubeconfig.controllerManager,
    'service-account-private-key-file': files.serviceAccountKey,
    'root-ca-file': files.certificateAuthority,
    'use-service-account-credentials': true,
    'leader-elect': false,
    'secure-port': 0,
    // What takes minutes on a real cluster.
    'horizontal-pod-autoscaler-sync-period': '1s',
    'horizontal-pod-autoscaler-downscale-stabilization': '5s',
    'horizontal-pod-autoscaler-initial-readiness-delay': '0s',
    'horizontal-pod-autoscaler-cpu-initialization-period': '0s',
  });
}

export function scheduler(files: ControlPlaneFiles) {
  return flags({
    kubeconfig: files.kubeconfig.scheduler,
    'leader-elect': false,
    'secure-port': 0,
  });
}

export function kwok(ports: ControlPlanePorts, files: ControlPlaneFiles) {
  return flags({
    kubeconfig: files.kubeconfig.kwok,
    config: files.kwok,
    'manage-all-nodes': true,
    'node-ip': LOOPBACK,
    // Logs come from us; KWOK's own server gets a port that nobody asks.
    'node-port': ports.kubelet,
    'server-address': `${LOOPBACK}:0`,
    'node-lease-duration-seconds': 40,
    cidr: '10.0.0.1/16',
  });
}

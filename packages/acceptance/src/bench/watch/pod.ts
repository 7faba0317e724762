import { randomBytes, randomUUID } from 'node:crypto';

const LABELS = (app: string) => ({
  app,
  'app.kubernetes.io/name': app,
  'app.kubernetes.io/version': '1.4.2',
  'pod-template-hash': '7c9d8f6b5d',
});

const env = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const condition = (type: string) => ({
  type,
  status: 'True',
  lastProbeTime: null,
  lastTransitionTime: '2026-11-20T09:58:12Z',
});

const probe = (path: string) => ({
  httpGet: { path, port: 'http', scheme: 'HTTP' },
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
});

/** What an API server notes of who set which field, here in little. */
const MANAGED_FIELDS = [
  {
    manager: 'kube-controller-manager',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-11-20T09:58:01Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': {
        'f:generateName': {},
        'f:labels': { '.': {}, 'f:app': {}, 'f:pod-template-hash': {} },
        'f:ownerReferences': { '.': {} },
      },
      'f:spec': {
        'f:containers': {
          'k:{"name":"app"}': {
            '.': {},
            'f:env': { '.': {}, 'k:{"name":"AWS_REGION"}': { '.': {} } },
            'f:image': {},
            'f:imagePullPolicy': {},
            'f:livenessProbe': { '.': {}, 'f:httpGet': { '.': {} } },
            'f:name': {},
            'f:ports': { '.': {} },
            'f:readinessProbe': { '.': {}, 'f:httpGet': { '.': {} } },
            'f:resources': { '.': {}, 'f:limits': {}, 'f:requests': {} },
          },
        },
      },
    },
  },
];

/**
 * A pod as a Deployment on EKS has it, with the role of its service account,
 * probes, volumes and status; about 4.6 kB without its managed fields. Ids are
 * random, as they are in a cluster: they do not pack.
 */
export function podOf(index: number, resourceVersion: string) {
  const app = `service-${index % 50}`;
  const name = `${app}-7c9d8f6b5d-${index.toString(36).padStart(5, '0')}`;
  const image = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${app}`;
  return {
    metadata: {
      name,
      generateName: `${app}-7c9d8f6b5d-`,
      namespace: `team-${index % 10}`,
      uid: randomUUID(),
      resourceVersion,
      creationTimestamp: '2026-11-20T09:58:00Z',
      labels: LABELS(app),
      annotations: {
        'kubectl.kubernetes.io/restartedAt': '2026-11-20T09:57:59Z',
        'prometheus.io/scrape': 'true',
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${app}-7c9d8f6b5d`,
          uid: '6a1f7c52-3f0e-4d0c-9a41-1f2f3c4d5e6f',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: MANAGED_FIELDS,
    },
    spec: {
      volumes: [
        {
          name: 'aws-iam-token',
          projected: {
            sources: [
              {
                serviceAccountToken: {
                  audience: 'sts.amazonaws.com',
                  expirationSeconds: 86400,
                  path: 'token',
                },
              },
            ],
            defaultMode: 420,
          },
        },
        {
          name: 'kube-api-access-x7k2p',
          projected: {
            sources: [
              {
                serviceAccountToken: { expirationSeconds: 3607, path: 'token' },
              },
              {
                configMap: {
                  name: 'kube-root-ca.crt',
                  items: [{ key: 'ca.crt', path: 'ca.crt' }],
                },
              },
            ],
            defaultMode: 420,
          },
        },
      ],
      containers: [
        {
          name: 'app',
          image: `${image}@sha256:${'4f'.repeat(32)}`,
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          env: env({
            NODE_ENV: 'production',
            PORT: '8080',
            AWS_REGION: 'eu-west-1',
            AWS_DEFAULT_REGION: 'eu-west-1',
            AWS_STS_REGIONAL_ENDPOINTS: 'regional',
            AWS_ROLE_ARN: `arn:aws:iam::111122223333:role/${app}`,
            AWS_WEB_IDENTITY_TOKEN_FILE:
              '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
          }),
          resources: {
            limits: { memory: '512Mi' },
            requests: { cpu: '100m', memory: '256Mi' },
          },
          volumeMounts: [
            {
              name: 'kube-api-access-x7k2p',
              readOnly: true,
              mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
            },
            {
              name: 'aws-iam-token',
              readOnly: true,
              mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount',
            },
          ],
          livenessProbe: probe('/healthz'),
          readinessProbe: probe('/readyz'),
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
          securityContext: {
            capabilities: { drop: ['ALL'] },
            runAsNonRoot: true,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
          },
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: app,
      serviceAccount: app,
      nodeName: `ip-10-0-1-${index % 250}.eu-west-1.compute.internal`,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map(key => ({
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { app } },
        },
      ],
    },
    status: {
      phase: 'Running',
      conditions: [
        'PodReadyToStartContainers',
        'Initialized',
        'Ready',
        'ContainersReady',
        'PodScheduled',
      ].map(condition),
      hostIP: `10.0.1.${index % 250}`,
      podIP: `10.0.2.${index % 250}`,
      podIPs: [{ ip: `10.0.2.${index % 250}` }],
      startTime: '2026-11-20T09:58:00Z',
      containerStatuses: [
        {
          name: 'app',
          state: { running: { startedAt: '2026-11-20T09:58:05Z' } },
          lastState: {},
          ready: true,
          restartCount: 0,
          image: `${image}@sha256:${'4f'.repeat(32)}`,
          imageID: `${image}@sha256:${'4f'.repeat(32)}`,
          containerID: `containerd://${randomBytes(32).toString('hex')}`,
          started: true,
        },
      ],
      qosClass: 'Burstable',
    },
  };
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiAccess, startControlPlane } from '@slipway/sandbox';
import { parseAllDocuments } from 'yaml';
import { type Answer, send, until } from '../cluster/send';
import { filesBelow } from './programs';
import type { Judge, Objection, Rendering, Subject } from './types';

interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
  };
  spec?: {
    template?: PodTemplate;
    jobTemplate?: { spec: { template: PodTemplate } };
  };
}

interface PodTemplate {
  metadata?: { labels?: Record<string, string> };
  spec: { serviceAccountName?: string };
}

interface Definition {
  metadata: { name: string };
  spec: { group: string; versions: { name: string; served: boolean }[] };
}

/** What the judge calls itself where it applies something. */
const MANAGER = 'judge';
const DEFINITIONS = join(__dirname, 'crds');
const DEFINITION_PATH =
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Where Argo CD keeps its Applications; they name no namespace. */
const ARGO_CD = 'argocd';

/** The strictest profile, whatever the namespace itself asks for. */
const restricted = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/enforce-version': 'latest',
  'pod-security.kubernetes.io/warn': 'restricted',
  'pod-security.kubernetes.io/warn-version': 'latest',
};

/** Installs the definitions of custom kinds, and waits until they are served. */
async function installDefinitions(access: ApiAccess) {
  const definitions = readdirSync(DEFINITIONS)
    .filter(file => file.endsWith('.json'))
    .flatMap((file): Definition[] => {
      const content = readFileSync(join(DEFINITIONS, file), 'utf8');
      return JSON.parse(content).definitions;
    });
  for (const body of definitions) {
    const answer = await send(access, 'POST', DEFINITION_PATH, { body });
    if (answer.status !== 201) {
      throw new Error(
        `the API server takes no ${body.metadata.name}: ${answer.body.message}`,
      );
    }
  }
  for (const { spec } of definitions) {
    for (const { name, served } of spec.versions) {
      await until(
        async () =>
          !served ||
          (await send(access, 'GET', `/apis/${spec.group}/${name}`)).status ===
            200,
      );
    }
  }
}

/** Where the kinds of a cluster are, from its own discovery. */
class Kinds {
  readonly #access: ApiAccess;
  readonly #known = new Map<
    string,
    { name: string; kind: string; namespaced: boolean }[]
  >();

  constructor(access: ApiAccess) {
    this.#access = access;
  }

  /** Path of an object; undefined where the cluster does not have its kind. */
  async pathOf(object: KubernetesObject): Promise<string | undefined> {
    const { apiVersion, kind, metadata } = object;
    const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    let resources = this.#known.get(root);
    if (!resources) {
      const { body } = await send(this.#access, 'GET', root);
      resources = body.resources ?? [];
      this.#known.set(root, resources ?? []);
    }
    const found = resources?.find(
      one => one.kind === kind && !one.name.includes('/'),
    );
    return (
      found &&
      [
        root,
        ...(found.namespaced
          ? ['namespaces', metadata.namespace ?? ARGO_CD]
          : []),
        found.name,
        metadata.name,
      ].join('/')
    );
  }
}

/** What the server remarks in its `Warning` headers (RFC 9110). */
function warningsOf({ headers }: Answer): string[] {
  const warning = headers.warning ?? '';
  return [...warning.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    text.replace(/\\(.)/g, '$1'),
  );
}

const apply = (
  access: ApiAccess,
  path: string,
  body: object,
  dryRun: boolean,
) =>
  send(
    access,
    'PATCH',
    `${path}?${new URLSearchParams({
      fieldManager: MANAGER,
      fieldValidation: 'Strict',
      force: 'true',
      ...(dryRun && { dryRun: 'All' }),
    })}`,
    { body, headers: { 'content-type': 'application/apply-patch+yaml' } },
  );

/** A namespace in which the objects would be, as strict as there is. */
async function makeNamespace(access: ApiAccess, name: string) {
  const { status, body } = await apply(
    access,
    `/api/v1/namespaces/${name}`,
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: restricted },
    },
    false,
  );
  if (status >= 300) {
    throw new Error(
      `the API server makes no namespace ${name}: ${body.message}`,
    );
  }
}

/** Tries the pods of a workload as such, since a workload is taken whose pods are not. */
async function tryPod(
  access: ApiAccess,
  namespace: string,
  name: string,
  { metadata, spec }: PodTemplate,
): Promise<Answer> {
  const account = spec.serviceAccountName ?? 'default';
  await apply(
    access,
    `/api/v1/namespaces/${namespace}/serviceaccounts/${account}`,
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: account, namespace },
    },
    false,
  );
  return send(
    access,
    'POST',
    `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`,
    {
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name, namespace },
        spec,
      },
    },
  );
}

/** What an answer has against what was sent. */
const objectionsOf = (answer: Answer, about: string) => [
  ...warningsOf(answer).map(message => ({ rule: `${about}warning`, message })),
  ...(answer.status < 300
    ? []
    : [
        {
          // What does not fit a kind is refused without a reason of its own.
          rule: `${about}${answer.body.reason || 'refused'}`,
          message: String(answer.body.message),
        },
      ]),
];

async function judgeObject(
  access: ApiAccess,
  kinds: Kinds,
  object: KubernetesObject,
): Promise<{ rule: string; message: string }[]> {
  const { apiVersion, kind, metadata, spec } = object;
  const path = await kinds.pathOf(object);
  if (!path) {
    return [
      {
        rule: 'kind',
        message: `the API server has no ${kind} of ${apiVersion}`,
      },
    ];
  }
  const [, namespace] = /\/namespaces\/([^/]+)\/./.exec(path) ?? [];
  if (namespace) {
    await makeNamespace(access, namespace);
  }
  const found = objectionsOf(await apply(access, path, object, true), '');
  const template = spec?.template ?? spec?.jobTemplate?.spec.template;
  return template && namespace
    ? [
        ...found,
        ...objectionsOf(
          await tryPod(access, namespace, metadata.name, template),
          'its pods: ',
        ),
      ]
    : found;
}

async function judgeSubject(
  access: ApiAccess,
  kinds: Kinds,
  { folder }: Subject,
): Promise<Objection[]> {
  const objections: Objection[] = [];
  for (const file of filesBelow(folder)) {
    const objects = parseAllDocuments(
      readFileSync(join(folder, file), 'utf8'),
    ).map((document): KubernetesObject => document.toJS());
    for (const object of objects) {
      objections.push(
        ...(await judgeObject(access, kinds, object)).map(one => ({
          ...one,
          folder,
          at: `${file}: ${object.kind} ${object.metadata.name}`,
        })),
      );
    }
  }
  return objections;
}

function filesOf({ repository, manifests }: Rendering) {
  const applications = filesBelow(repository).filter(path =>
    path.startsWith('deploy/argocd/'),
  );
  return {
    ...manifests,
    ...Object.fromEntries(
      applications.map(path => [
        path,
        readFileSync(join(repository, path), 'utf8'),
      ]),
    ),
  };
}

/**
 * A real API server, asked whether it would take each object, in a namespace
 * that enforces the strictest Pod Security: no error, no warning, every pod
 * admitted.
 */
export const apiServer: Judge = {
  name: 'API server',
  artifact: 'manifests',
  files: filesOf,
  async judge(subjects, { cluster: programs }) {
    const cluster = await startControlPlane({
      programs,
      metricsServer: false,
      nodes: [],
    });
    try {
      await installDefinitions(cluster.admin);
      const kinds = new Kinds(cluster.admin);
      const objections: Objection[] = [];
      for (const subject of subjects) {
        objections.push(...(await judgeSubject(cluster.admin, kinds, subject)));
      }
      return objections;
    } finally {
      await cluster.stop();
    }
  },
};

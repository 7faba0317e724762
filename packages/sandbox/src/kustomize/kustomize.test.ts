import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { build, isKubectlInstalled } from './index';

let root: string;
const write = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kustomize-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const fixture = {
  'base/kustomization.yaml': `
resources: [deployment.yaml, service.yaml]
labels:
  - pairs: { app.kubernetes.io/part-of: shop }
    includeTemplates: true
`,
  'base/deployment.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, labels: { app: orders } }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: app
          image: orders
          env: [{ name: A, value: '1' }]
`,
  'base/service.yaml': `
apiVersion: v1
kind: Service
metadata: { name: orders }
spec: { selector: { app: orders }, ports: [{ port: 80 }] }
`,
  'overlays/production/kustomization.yaml': `
resources: [../../base, namespace.yaml]
namespace: shop
commonAnnotations: { org.opencontainers.image.revision: abc }
images:
  - name: orders
    newName: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders
    digest: sha256:${'0'.repeat(64)}
patches:
  - path: env.yaml
  - target: { kind: Service, name: orders }
    patch: |
      - op: replace
        path: /spec/ports/0/port
        value: 8080
`,
  'overlays/production/namespace.yaml':
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
  'overlays/production/env.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        - name: app
          env: [{ name: B, value: '2' }]
`,
};

describe('build', () => {
  it('renders an overlay', () => {
    write(fixture);
    const objects = build(root, 'overlays/production');
    expect(objects.map(({ kind }) => kind).sort()).toEqual([
      'Deployment',
      'Namespace',
      'Service',
    ]);
    expect(objects.find(({ kind }) => kind === 'Deployment')).toMatchObject({
      metadata: {
        namespace: 'shop',
        labels: { app: 'orders', 'app.kubernetes.io/part-of': 'shop' },
        annotations: { 'org.opencontainers.image.revision': 'abc' },
      },
      spec: {
        template: {
          metadata: {
            labels: { 'app.kubernetes.io/part-of': 'shop' },
            annotations: { 'org.opencontainers.image.revision': 'abc' },
          },
          spec: {
            containers: [
              {
                image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:${'0'.repeat(
                  64,
                )}`,
              },
            ],
          },
        },
      },
    });
  });

  it.each([
    ['https://example.com/base', /not fetched/],
    ['../../../etc', /outside of the repository/],
  ])('refuses %s', (resource, message) => {
    write({ 'a/kustomization.yaml': `resources: [${resource}]` });
    expect(() => build(root, 'a')).toThrow(message);
  });

  it('does not follow a link out of the repository', () => {
    write({ 'a/kustomization.yaml': 'resources: [secret.yaml]' });
    symlinkSync('/etc/hostname', join(root, 'a/secret.yaml'));
    expect(() => build(root, 'a')).toThrow(/outside of the repository/);
  });

  it('says what it does not know', () => {
    write({ 'a/kustomization.yaml': 'helmCharts: []' });
    expect(() => build(root, 'a')).toThrow(
      'a/kustomization.yaml: the sandbox does not know "helmCharts"',
    );
  });
});

// A newcomer has no kubectl: then there is nothing to compare with.
const withKubectl = isKubectlInstalled() ? describe : describe.skip;

withKubectl('build, beside kubectl', () => {
  it('gives the same', () => {
    write(fixture);
    const expected = parseAllDocuments(
      execFileSync('kubectl', ['kustomize', 'overlays/production'], {
        cwd: root,
        encoding: 'utf8',
      }),
    ).map(document => document.toJS());
    const byKind = (a: { kind: string }, b: { kind: string }) =>
      a.kind.localeCompare(b.kind);
    const ours = build(root, 'overlays/production').sort(byKind);
    const env = (object: object) =>
      JSON.stringify(object)
        .match(/"name":"[AB]"/g)
        ?.sort();
    const theirs = expected.sort(byKind);
    expect(ours.map(env)).toEqual(theirs.map(env));
    // The order of merged items is nobody's promise.
    const withoutEnv = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value, (key, inner) => (key === 'env' ? [] : inner)),
      );
    expect(withoutEnv(ours)).toEqual(withoutEnv(theirs));
  });
});

import { createMockDirectory } from '@backstage/backend-test-utils';
import { readInlineManifests, readManifestFiles } from './manifests';

const serviceAccount = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'orders' },
};

describe('readInlineManifests', () => {
  it('reads documents, lists and objects', () => {
    const text = [
      'apiVersion: v1',
      'kind: Namespace',
      'metadata: { name: orders }',
      '---',
      '# nothing here',
      '---',
      'apiVersion: v1',
      'kind: List',
      'items:',
      '  - apiVersion: v1',
      '    kind: ServiceAccount',
      '    metadata: { name: orders }',
      '',
    ].join('\n');

    expect(readInlineManifests(text)).toMatchObject({
      problems: [],
      manifests: [
        { field: 'manifests[0]', object: { kind: 'Namespace' } },
        { field: 'manifests[2].items[0]', object: { kind: 'ServiceAccount' } },
      ],
    });
    expect(readInlineManifests([serviceAccount])).toMatchObject({
      problems: [],
      manifests: [{ field: 'manifests[0]' }],
    });
  });

  it.each([
    ['a: [', 'manifests[0]', 'this is not YAML'],
    ['just text', 'manifests[0]', 'no Kubernetes object'],
    ['kind: Namespace', 'manifests[0]', '`apiVersion` and a `kind`'],
    ['apiVersion: ../v1\nkind: X', 'manifests[0]', 'is no `apiVersion`'],
    ['apiVersion: v1\nkind: Secret', 'manifests[0]', 'no `metadata.name`'],
    [
      'apiVersion: v1\nkind: Secret\nmetadata: { name: a/../b }',
      'manifests[0]',
      'is no name',
    ],
    [
      'apiVersion: v1\nkind: Secret\nmetadata: { name: a, labels: { on: true } }',
      'manifests[0]',
      'labels of Secret `a` are not all texts',
    ],
    ['', 'manifests', 'no Kubernetes object in it'],
    ['x'.repeat(1_000_001), 'manifests', 'at most 1000000 characters'],
  ])('refuses %.60j', (text, field, reason) => {
    expect(readInlineManifests(text)).toEqual({
      manifests: [],
      problems: [{ field, message: expect.stringContaining(reason) }],
    });
  });

  it('does not unfold a bomb of aliases', () => {
    const bomb = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x]'
        : `a${level}: &a${level} [*a${level - 1}, *a${level - 1}, *a${
            level - 1
          }, *a${level - 1}]`,
    ).join('\n');
    expect(readInlineManifests(bomb).problems).toEqual([
      {
        field: 'manifests[0]',
        message: expect.stringContaining('cannot be read'),
      },
    ]);
  });

  it('takes at most 100 objects', () => {
    expect(
      readInlineManifests(Array.from({ length: 101 }, () => serviceAccount))
        .problems,
    ).toEqual([
      { field: 'manifests', message: expect.stringContaining('are 101') },
    ]);
  });
});

describe('readManifestFiles', () => {
  const workspace = createMockDirectory();
  const yaml = (name: string) =>
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`;

  beforeEach(() => {
    workspace.setContent({
      outside: { 'x.yaml': yaml('outside') },
      task: {
        k8s: {
          'b.yml': yaml('b'),
          'a.yaml': yaml('a'),
          'README.md': 'no manifest',
          deeper: { 'c.json': '{"apiVersion":"v1"}' },
        },
      },
    });
  });

  it('reads a file', async () => {
    const { manifests } = await readManifestFiles(
      workspace.resolve('task'),
      'k8s/b.yml',
    );
    expect(manifests).toMatchObject([{ object: { metadata: { name: 'b' } } }]);
  });

  it('reads the files of a folder in the order of their names, and says in which one is wrong', async () => {
    const { manifests, problems } = await readManifestFiles(
      workspace.resolve('task'),
      'k8s',
    );
    expect(manifests.map(({ object }) => object.metadata.name)).toEqual([
      'a',
      'b',
    ]);
    expect(problems).toMatchObject([{ field: 'path: k8s/deeper/c.json[0]' }]);
  });

  it('says that there is no such path', async () => {
    const { problems } = await readManifestFiles(
      workspace.resolve('task'),
      'none',
    );
    expect(problems).toEqual([
      { field: 'path', message: expect.stringContaining('there is no `none`') },
    ]);
  });

  it.each(['../outside', '/etc/passwd', 'k8s/../../outside/x.yaml'])(
    'does not leave the workspace by %s',
    async path => {
      await expect(
        readManifestFiles(workspace.resolve('task'), path),
      ).rejects.toThrow(/not allowed|outside/i);
    },
  );

  it('does not leave the workspace by a link', async () => {
    workspace.addContent({
      'task/k8s/link.yaml': ctx =>
        ctx.symlink(workspace.resolve('outside/x.yaml')),
    });
    await expect(
      readManifestFiles(workspace.resolve('task'), 'k8s'),
    ).rejects.toThrow(/not allowed|outside/i);
  });
});

import { mergeTrees, type TreeFile } from './mergeTrees';

type Files = Record<string, string | Buffer | { program: string }>;

const treeOf = (files: Files) =>
  new Map<string, TreeFile>(
    Object.entries(files).map(([path, entry]) => {
      if (typeof entry === 'string' || Buffer.isBuffer(entry)) {
        return [path, { content: Buffer.from(entry), executable: false }];
      }
      return [path, { content: Buffer.from(entry.program), executable: true }];
    }),
  );

const merge = async (base: Files, ours: Files, theirs: Files) => {
  const { written, ...rest } = await mergeTrees(
    { base: treeOf(base), ours: treeOf(ours), theirs: treeOf(theirs) },
    { ours: 'repository', theirs: 'template-2.0.0' },
  );
  return {
    ...rest,
    written: Object.fromEntries(
      [...written].map(([path, { content, executable }]) => [
        path,
        executable ? { program: content.toString() } : content.toString(),
      ]),
    ),
  };
};

const lines = (...texts: string[]) => texts.map(text => `${text}\n`).join('');
const ten = (change: Record<number, string> = {}) =>
  lines(...Array.from({ length: 10 }, (_, n) => change[n] ?? `line ${n}`));

describe('the merge of a repository and a new version of its template', () => {
  it.each<[string, { base: Files; ours: Files; theirs: Files }, object]>([
    [
      'does nothing where the template is the same',
      {
        base: { a: 'x', b: 'x' },
        ours: { a: 'mine', c: 'mine' },
        theirs: { a: 'x', b: 'x' },
      },
      {},
    ],
    [
      'brings what the template has new and has changed',
      {
        base: { a: 'one\n' },
        ours: { a: 'one\n', mine: 'mine' },
        theirs: { a: 'two\n', 'deep/new': 'new' },
      },
      { written: { a: 'two\n', 'deep/new': 'new' } },
    ],
    [
      'keeps both changes of one file',
      {
        base: { a: ten() },
        ours: { a: ten({ 1: 'mine' }) },
        theirs: { a: ten({ 8: 'theirs' }) },
      },
      { written: { a: ten({ 1: 'mine', 8: 'theirs' }) } },
    ],
    [
      'marks a conflict in the file',
      {
        base: { a: ten() },
        ours: { a: ten({ 4: 'mine' }) },
        theirs: { a: ten({ 4: 'theirs' }) },
      },
      {
        written: {
          a: ten({
            4: '<<<<<<< repository\nmine\n=======\ntheirs\n>>>>>>> template-2.0.0',
          }),
        },
        conflicts: [{ path: 'a', outcome: 'marked' }],
      },
    ],
    [
      'marks a conflict where both have the file new',
      { base: {}, ours: { a: 'mine\n' }, theirs: { a: 'theirs\n' } },
      {
        written: {
          a: '<<<<<<< repository\nmine\n=======\ntheirs\n>>>>>>> template-2.0.0\n',
        },
        conflicts: [{ path: 'a', outcome: 'marked' }],
      },
    ],
    [
      'does nothing where both made the same change',
      { base: { a: 'x' }, ours: { a: 'y' }, theirs: { a: 'y' } },
      {},
    ],
    [
      'leaves removed what somebody removed',
      {
        base: { a: ten(), b: 'x' },
        ours: {},
        theirs: { a: ten({ 2: 'theirs' }), b: 'x' },
      },
      { conflicts: [{ path: 'a', outcome: 'gone' }] },
    ],
    [
      'removes what the template no longer has, unless somebody changed it',
      {
        base: { a: 'x\n', b: ten() },
        ours: { a: 'x\n', b: ten({ 5: 'mine' }) },
        theirs: {},
      },
      { deleted: ['a'], conflicts: [{ path: 'b', outcome: 'kept' }] },
    ],
    [
      'follows a file that somebody moved',
      {
        base: { 'src/a': ten() },
        ours: { 'lib/a': ten({ 1: 'mine' }) },
        theirs: { 'src/a': ten({ 8: 'theirs' }) },
      },
      { written: { 'lib/a': ten({ 1: 'mine', 8: 'theirs' }) } },
    ],
    [
      'keeps a file that somebody changed where the template moves it',
      {
        base: { 'src/a': ten() },
        ours: { 'src/a': ten({ 1: 'mine' }) },
        theirs: { 'lib/a': ten({ 8: 'theirs' }) },
      },
      {
        written: { 'lib/a': ten({ 1: 'mine', 8: 'theirs' }) },
        deleted: ['src/a'],
      },
    ],
    [
      'keeps what is no text',
      {
        base: { a: Buffer.from([0, 1]) },
        ours: { a: Buffer.from([0, 2]) },
        theirs: { a: Buffer.from([0, 3]) },
      },
      { conflicts: [{ path: 'a', outcome: 'kept' }] },
    ],
    [
      'keeps a file where the template has a folder, and a folder where it has a file',
      {
        base: { x: 'x' },
        ours: { x: 'x', docs: 'mine', 'src/a': 'mine' },
        theirs: { x: 'y', 'docs/index.md': 'theirs', src: 'theirs' },
      },
      {
        written: { x: 'y' },
        conflicts: [
          { path: 'docs/index.md', outcome: 'kept' },
          { path: 'src', outcome: 'kept' },
        ],
      },
    ],
    [
      'makes a program of what has become one, and keeps one',
      {
        base: { a: 'x', b: { program: 'x\n' } },
        ours: { a: 'x', b: { program: 'x\n' } },
        theirs: { a: { program: 'x' }, b: { program: 'y\n' } },
      },
      { written: { a: { program: 'x' }, b: { program: 'y\n' } } },
    ],
    [
      'takes names as they are',
      {
        base: { '-x': 'x', 'a "b"\\\n': 'x', '${{ x }}': 'x', 한글: 'x' },
        ours: { '-x': 'x', 'a "b"\\\n': 'x', '${{ x }}': 'x', 한글: 'x' },
        theirs: { '-x': 'y', 'a "b"\\\n': 'y', '${{ x }}': 'y', 한글: 'y' },
      },
      {
        written: { '-x': 'y', 'a "b"\\\n': 'y', '${{ x }}': 'y', 한글: 'y' },
      },
    ],
    [
      'lets no file of the repository change how it is merged',
      {
        base: { '.gitattributes': '* text eol=crlf\n', a: ten() },
        ours: {
          '.gitattributes': '* text eol=crlf\n',
          a: ten({ 1: 'mine\r' }),
        },
        theirs: {
          '.gitattributes': '* text eol=crlf\n',
          a: ten({ 8: 'theirs' }),
        },
      },
      { written: { a: ten({ 1: 'mine\r', 8: 'theirs' }) } },
    ],
  ])('%s', async (_, { base, ours, theirs }, expected) => {
    expect(await merge(base, ours, theirs)).toEqual({
      written: {},
      deleted: [],
      conflicts: [],
      ...expected,
    });
  });

  it('takes a large file that both changed in a moment', async () => {
    const large = (change: Record<number, string>) =>
      Array.from(
        { length: 50_000 },
        (_, n) => change[n] ?? (n % 3 ? '    },' : `    "${n}": {`),
      ).join('\n');
    const { written, conflicts } = await merge(
      { lock: large({}) },
      { lock: large({ 100: 'mine', 30_000: 'mine' }) },
      { lock: large({ 200: 'theirs', 20_000: 'theirs' }) },
    );

    expect(conflicts).toEqual([]);
    expect(written.lock).toBe(
      large({ 100: 'mine', 30_000: 'mine', 200: 'theirs', 20_000: 'theirs' }),
    );
  });
});

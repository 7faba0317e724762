// The typed client of plugins/eks-backend, which Backstage's own tool makes of
// its schema. The tool needs Java, and fetches the program that it runs from
// Maven Central; so what it made is committed, with a checksum of the schema it
// was made of and of itself, which says without either whether they still fit.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { Advice } from './say.mjs';

const PACKAGE = 'plugins/eks-common';
const FOLDER = join(root, PACKAGE, 'src/schema/openapi');
const CHECKSUM = join(FOLDER, 'checksum.txt');
/** What the tool tidies away when it has come to its end. */
const UNFINISHED = join(FOLDER, 'generated/.openapi-generator-ignore');

/** Whether the client is the one that was made of this schema. */
export function clientFits(schemaFile) {
  return (
    existsSync(CHECKSUM) &&
    readFileSync(CHECKSUM, 'utf8').trim() === checksum(schemaFile)
  );
}

/** Makes the client anew. */
export function makeClient(backend, schemaFile) {
  if (spawnSync('java', ['-version']).status !== 0) {
    throw new Advice(
      'the program that makes the client needs Java 11 or newer: install one (Debian and Ubuntu: apt-get install default-jre-headless) and try again.',
    );
  }
  rmSync(FOLDER, { recursive: true, force: true });
  spawnSync(
    join(root, 'node_modules/.bin/backstage-repo-tools'),
    ['package', 'schema', 'openapi', 'generate', '--client-package', PACKAGE],
    { cwd: backend, stdio: 'inherit' },
  );
  // The tool says that it failed, and ends as if it had not.
  if (!existsSync(join(FOLDER, 'index.ts')) || existsSync(UNFINISHED)) {
    throw new Advice(
      'the client could not be made; what is above says why. The program that makes it comes from Maven Central the first time.',
    );
  }
  writeFileSync(CHECKSUM, `${checksum(schemaFile)}\n`);
}

function checksum(schemaFile) {
  const hash = createHash('sha256').update(readFileSync(schemaFile));
  const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  files.forEach(file => hash.update(readFileSync(file)));
  return hash.digest('hex');
}

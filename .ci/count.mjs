// The closing line of .ci/run: every test of every suite, and one for each
// suite that has no tests of its own.

import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const folder = process.argv[2];
const json = name => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const counters = {
  '.jest.json': name => {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } =
      json(name);
    return [numPassedTests, numFailedTests + numRuntimeErrorTestSuites];
  },
  '.playwright.json': name => {
    const { stats } = json(name);
    return [stats.expected + stats.flaky, stats.unexpected];
  },
};

let passed = 0;
let failed = 0;
const files = readdirSync(folder);
for (const file of files.filter(name => name.endsWith('.suite'))) {
  const suite = basename(file, '.suite');
  const ok = readFileSync(join(folder, file), 'utf8').trim() === 'passed';
  const ending = Object.keys(counters).find(e => files.includes(suite + e));
  let counts = ending ? counters[ending](suite + ending) : [ok ? 1 : 0, 0];
  if (!ok && counts[1] === 0) {
    counts = [counts[0], 1];
  }
  console.log(`${suite}: ${counts[0]} passed, ${counts[1]} failed`);
  passed += counts[0];
  failed += counts[1];
}
console.log(`${passed} passed, ${failed} failed`);

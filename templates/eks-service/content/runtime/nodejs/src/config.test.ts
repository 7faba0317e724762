import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';

test('has defaults', () => {
  assert.deepEqual(readConfig({}), {
    port: 8080,
    metricsPort: 9090,
    logLevel: 'info',
    drainTimeout: 25_000,
  });
});

test('refuses a port that is none, by name', () => {
  assert.throws(() => readConfig({ PORT: 'http' }), /^Error: PORT: "http"/);
  assert.throws(() => readConfig({ PORT: '70000' }), /PORT/);
});

test('refuses a log level that is none', () => {
  assert.throws(() => readConfig({ LOG_LEVEL: 'loud' }), /LOG_LEVEL/);
});

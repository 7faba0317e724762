import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from './app.ts';
import { name } from './name.ts';

const create = () => createApp({ logLevel: 'silent' });

test('answers', async () => {
  const { server } = create();
  const response = await server.inject('/');
  assert.equal(response.statusCode, 200);
  assert.deepEqual(response.json(), { service: name });
});

test('is alive and ready', async () => {
  const { server } = create();
  assert.equal((await server.inject('/healthz/live')).statusCode, 200);
  assert.equal((await server.inject('/healthz/ready')).statusCode, 200);
  assert.equal((await server.inject('/healthz/load-balancer')).statusCode, 200);
});

test('is not ready while it drains, and still alive', async () => {
  const { server, drain } = create();
  drain();
  assert.equal((await server.inject('/healthz/ready')).statusCode, 503);
  assert.equal((await server.inject('/healthz/load-balancer')).statusCode, 503);
  assert.equal((await server.inject('/healthz/live')).statusCode, 200);
});

test('counts requests by route, not by path', async () => {
  const { server, metrics } = create();
  await server.inject('/');
  await server.inject('/no/such/path');
  const { body } = await metrics.inject('/metrics');
  assert.match(body, /http_request_duration_seconds_count\{.*route="\/".*\} 1/);
  assert.doesNotMatch(body, /no\/such\/path/);
});

test('shows no metrics to callers', async () => {
  const { server } = create();
  assert.equal((await server.inject('/metrics')).statusCode, 404);
});

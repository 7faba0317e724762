import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from './app.ts';
import { shutDown } from './shutdown.ts';

test('lets a request finish', async () => {
  const app = createApp({ logLevel: 'silent' });
  let finish = () => {};
  const working = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  app.server.get('/slow', async () => {
    begun();
    await working;
    return 'done';
  });
  const address = await app.server.listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`${address}/slow`);
  await started;
  const ended = shutDown(app, 5_000);
  finish();
  assert.equal(await (await answer).text(), 'done');
  assert.equal(await ended, 0);
});

test('cuts what hangs', async () => {
  const app = createApp({ logLevel: 'silent' });
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  app.server.get('/hang', () => {
    begun();
    return new Promise(() => {});
  });
  const address = await app.server.listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`${address}/hang`).catch(() => 'cut');
  await started;
  assert.equal(await shutDown(app, 50), 1);
  app.server.server.closeAllConnections();
  assert.equal(await answer, 'cut');
});

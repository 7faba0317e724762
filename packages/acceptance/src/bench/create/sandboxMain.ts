import { startSandbox } from '@slipway/sandbox';

/* A sandbox in a process of its own, which ends with the one that started it. */

async function main() {
  const sandbox = await startSandbox({
    ports: 'ephemeral',
    // What a pipeline does is not a part of creating a service.
    testServices: false,
  });
  const { urls, env, config } = sandbox;
  process.once('disconnect', () => {
    sandbox.stop().finally(() => process.exit());
  });
  process.send?.({ sandbox: { urls, env, config } });
}

main().catch(error => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
});

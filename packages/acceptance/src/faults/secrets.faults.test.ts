import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@slipway/sandbox';
import { type Portal, startPortal } from './__testUtils__/portal';
import { valuesOf } from './__testUtils__/service';
import { untilEnded } from './__testUtils__/untilEnded';

const ORDERS = '/eks/runtime/component/default/secrets-orders';

/** Calls that fail, one after the other, each in a way that is told at length. */
const failing = [
  ['sts', 'AssumeRole', 'access-denied'],
  ['sts', 'AssumeRole', 'expired-token'],
  ['ecr', 'CreateRepository', 'access-denied'],
  ['ecr', 'CreateRepository', 'server-error'],
  ['iam', 'CreateRole', 'expired-token'],
  ['kubernetes', undefined, 'access-denied'],
  ['kubernetes', undefined, 'garbled'],
  ['github', undefined, 'access-denied'],
  ['github', undefined, 'server-error'],
] as const;

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a secret', () => {
  const directory = mkdtempSync(join(tmpdir(), 'secrets-'));
  const logLevel = process.env.LOG_LEVEL;
  let sandbox: Sandbox;
  let portal: Portal;
  /** All that somebody without access to the machine's memory can read. */
  const read: string[] = [];

  beforeAll(async () => {
    // What is said to those who look for a fault is looked at, too.
    process.env.LOG_LEVEL = 'debug';
    sandbox = await startSandbox({
      ports: 'ephemeral',
      timeScale: 20,
      testServices: false,
    });
    portal = await startPortal({ sandbox, directory, recovery: 'on' });

    await take('secrets-orders');
    read.push(
      await portal.text(ORDERS),
      await portal.text(ORDERS, 'text/event-stream'),
      await portal.text('/eks/clusters'),
    );
    for (const [service, operation, kind] of failing) {
      const fault = sandbox.faults.add({ service, operation, kind });
      await take(`secrets-${read.length}`);
      read.push(await portal.text(ORDERS), await portal.text('/eks/clusters'));
      sandbox.faults.remove(fault.id);
    }
    read.push(readFileSync(join(directory, 'backend.log'), 'utf8'));
  });

  afterAll(async () => {
    process.env.LOG_LEVEL = logLevel;
    await portal?.kill();
    await sandbox?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Makes a service, or fails to, and reads all that its task says. */
  async function take(name: string) {
    const { id } = await portal.createTask(valuesOf(sandbox, name));
    const { said } = await untilEnded(portal, id);
    read.push(said, await portal.text(`/scaffolder/v2/tasks/${id}`));
    read.push(await portal.text(`/scaffolder/v2/tasks/${id}/events`));
  }

  /** Every secret that there was, by what it is. */
  function secrets(): [what: string, secret: string][] {
    const [github] = Object(sandbox.config.integrations).github;
    const password = `x-access-token:${github.token}`;
    return [
      ['the token for GitHub', github.token],
      ['the token for GitHub, as git sends it', base64(password)],
      ['a token for a cluster', 'k8s-aws-v1.'],
      ['a token of the portal', portal.token],
      ...Object.values(sandbox.aws.state.credentials).flatMap(
        ({ secretAccessKey, sessionToken = secretAccessKey, principalArn }) =>
          [secretAccessKey, sessionToken].map((secret): [string, string] => [
            `a key of ${principalArn}`,
            secret,
          ]),
      ),
    ];
  }

  it('was used by what was read', () => {
    const [created, ...others] = read;
    const told = others.join('\n');
    // Not the text itself, which would be all that was read.
    expect(created.includes('Finished step')).toBe(true);
    expect(/access denied/i.test(told)).toBe(true);
    expect(/expired/i.test(told)).toBe(true);
    // The keys of the portal, and of each role it took.
    expect(secrets().length).toBeGreaterThan(8);
  });

  it('is in no log, no task, no error and no answer', () => {
    const text = read.join('\n');
    const found = secrets().filter(([, secret]) => text.includes(secret));
    expect(found.map(([what]) => what)).toEqual([]);
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '@backstage/types';
import { covered, type Interval } from './intervals';
import type { BenchmarkPortal } from './portal';
import type { RecordedStep } from './recorder';

/** Whom a step waits for. */
export const WAITS = ['aws', 'clusters', 'git', 'catalog'] as const;
type Wait = (typeof WAITS)[number];

/** How long something took, in milliseconds, and what for. */
export interface Times extends Record<Wait, number> {
  total: number;
  /** The total without the waits. */
  own: number;
}

/** One run of the create flow. */
export interface CreateRun {
  steps: Record<string, Times>;
  /** Between the steps, before the first and after the last. */
  between: number;
  flow: Times;
  /** CPU time of the whole process meanwhile, in milliseconds. */
  cpu: number;
}

/** The work of these steps is another's, from end to end. */
const WHOLE_STEPS: Record<string, Wait> = {
  // Makes the commit and pushes it, with a git of its own in this process.
  'publish:github': 'git',
  // The catalog looks for new locations once a second.
  'catalog:entity:await': 'catalog',
};

const CLUSTER = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const TASK_MS = 120_000;

function parametersOf(name: string, gitHost: string): JsonObject {
  return {
    name,
    description: 'Made to measure how long that takes',
    owner: 'group:default/payments',
    system: 'system:default/shop',
    lifecycle: 'experimental',
    source: 'new',
    runtime: 'nodejs',
    targets: [
      { environment: 'production', clusterArn: CLUSTER, namespace: name },
    ],
    compute: 'auto-detect',
    exposure: 'public',
    scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
    pipeline: 'github-actions',
    repoUrl: `${gitHost}?owner=acme&repo=${name}`,
  };
}

/** Action of each step, by the step's title. */
async function actionsOf({
  call,
}: BenchmarkPortal): Promise<Map<string, string>> {
  const { spec } = await call<{
    spec: { steps: { name: string; action: string }[] };
  }>('catalog/entities/by-name/template/default/eks-service');
  return new Map(spec.steps.map(({ name, action }) => [name, action]));
}

async function completed(
  { call }: BenchmarkPortal,
  taskId: string,
): Promise<void> {
  const deadline = Date.now() + TASK_MS;
  for (;;) {
    const { status } = await call<{ status: string }>(
      `scaffolder/v2/tasks/${taskId}`,
    );
    if (status === 'completed') {
      return;
    }
    if (status !== 'open' && status !== 'processing') {
      const events = await call<{ body: { message: string } }[]>(
        `scaffolder/v2/tasks/${taskId}/events`,
      );
      throw new Error(
        `the task ended as ${status}:\n${events
          .map(({ body }) => body.message)
          .join('\n')}`,
      );
    }
    if (Date.now() > deadline) {
      throw new Error(`the task is not over after ${TASK_MS} ms`);
    }
    // Seldom: the backend answers on the time of what is measured.
    await pause(250);
  }
}

/** Who listens on which port. */
function parties({ sandbox }: BenchmarkPortal): Map<string, Wait> {
  const { aws, github, clusters } = sandbox.urls;
  const portOf = (url: string) => new URL(url).port;
  return new Map<string, Wait>([
    [portOf(aws), 'aws'],
    [portOf(github), 'git'],
    ...Object.values(clusters).map((url): [string, Wait] => [
      portOf(url),
      'clusters',
    ]),
  ]);
}

/** The flow's calls to others; those within the portal are its own time. */
function callsOf(portal: BenchmarkPortal): Record<Wait, Interval[]> {
  const party = parties(portal);
  const calls: Record<Wait, Interval[]> = {
    aws: [],
    clusters: [],
    git: [],
    catalog: [],
  };
  for (const call of portal.calls.take()) {
    const whose = party.get(call.port);
    if (whose) {
      calls[whose].push(call);
    }
  }
  return calls;
}

function timesOf(
  window: Interval,
  calls: Record<Wait, Interval[]>,
  action?: string,
): Times {
  const total = window.to - window.from;
  const whole = action === undefined ? undefined : WHOLE_STEPS[action];
  const waits = { aws: 0, clusters: 0, git: 0, catalog: 0 };
  if (whole) {
    waits[whole] = total;
    return { total, ...waits, own: 0 };
  }
  for (const wait of WAITS) {
    waits[wait] = covered(window, calls[wait]);
  }
  return {
    total,
    ...waits,
    own: total - covered(window, Object.values(calls).flat()),
  };
}

function sum(times: Times[], field: keyof Times): number {
  return times.reduce((all, { [field]: value }) => all + value, 0);
}

/** Creates a service, from the posted task to its end. */
export async function measureCreate(
  portal: BenchmarkPortal,
  name: string,
): Promise<CreateRun> {
  const { sandbox, recorder, calls, call } = portal;
  const actions = await actionsOf(portal);
  recorder.take();
  calls.take();
  const cpuBefore = process.cpuUsage();
  const { id } = await call<{ id: string }>('scaffolder/v2/tasks', {
    templateRef: 'template:default/eks-service',
    values: parametersOf(name, new URL(sandbox.urls.github).host),
  });
  await completed(portal, id);
  const { user, system } = process.cpuUsage(cpuBefore);
  const { steps, task } = recorder.take();
  if (!task) {
    throw new Error('the scaffolder told nothing about the task');
  }
  const waitedFor = callsOf(portal);
  const measured = steps.map((step: RecordedStep) => ({
    name: step.name,
    times: timesOf(step, waitedFor, actions.get(step.name)),
  }));
  const all = measured.map(({ times }) => times);
  const total = task.to - task.from;
  const between = total - sum(all, 'total');
  return {
    steps: Object.fromEntries(measured.map(step => [step.name, step.times])),
    between,
    cpu: (user + system) / 1_000,
    flow: {
      total,
      aws: sum(all, 'aws'),
      clusters: sum(all, 'clusters'),
      git: sum(all, 'git'),
      catalog: sum(all, 'catalog'),
      own: sum(all, 'own') + between,
    },
  };
}

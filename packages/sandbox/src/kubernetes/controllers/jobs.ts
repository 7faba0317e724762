import {
  on,
  owners,
  runController,
  type ControllerContext,
} from './controller';
import {
  isActive,
  isReady,
  ownedBy,
  typed,
  withCondition,
  type Condition,
  type Job,
  type Pod,
} from './objects';
import { PodControl } from './podControl';

const COMPONENT = 'job-controller';

/** Job → Pods that run to their end. */
export function runJobs(context: ControllerContext) {
  const { store } = context;
  const queue = runController(context, {
    triggers: [on(typed.jobs), on(typed.pods, owners('Job'))],
    reconcile(namespace, name) {
      const job = store.get(typed.jobs, namespace, name);
      if (!job || job.metadata.deletionTimestamp || isOver(job)) {
        return;
      }
      step(context, control, job);
      writeStatus(context, job);
    },
  });
  const control = new PodControl(context, {
    component: COMPONENT,
    lookAgain: (namespace, name) => queue.add(namespace, name),
  });
  return queue;
}

const isOver = ({ status }: Job) =>
  (status?.conditions ?? []).some(
    ({ type, status: yes }) =>
      yes === 'True' && (type === 'Complete' || type === 'Failed'),
  );

function podsOf({ store }: ControllerContext, job: Job) {
  const pods = store
    .list(typed.pods, { namespace: job.metadata.namespace })
    .filter(pod => ownedBy(pod, job));
  const inPhase = (phase: string) =>
    pods.filter(({ status }) => status?.phase === phase).length;
  return {
    active: pods.filter(isActive),
    succeeded: inPhase('Succeeded'),
    failed: inPhase('Failed') + restarts(pods),
  };
}

/** With `restartPolicy: OnFailure` it is the containers that fail. */
const restarts = (pods: Pod[]) =>
  pods
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .reduce((all, { restartCount }) => all + restartCount, 0);

/** Whether it has failed more often than it may. */
const isFailed = ({ spec }: Job, failed: number) =>
  failed > (spec.backoffLimit ?? 6);

function step(context: ControllerContext, control: PodControl, job: Job) {
  const { parallelism = 1, completions = 1, suspend, template } = job.spec;
  const { active, succeeded, failed } = podsOf(context, job);
  const wanted =
    suspend || isFailed(job, failed)
      ? 0
      : Math.min(parallelism, completions - succeeded);
  active.slice(Math.max(0, wanted)).forEach(pod => control.remove(job, pod));
  for (let i = active.length; i < wanted; i++) {
    control.create(job, {
      template,
      labels: {
        'batch.kubernetes.io/controller-uid': job.metadata.uid ?? '',
        'batch.kubernetes.io/job-name': job.metadata.name,
        'controller-uid': job.metadata.uid ?? '',
        'job-name': job.metadata.name,
      },
    });
  }
}

function writeStatus(context: ControllerContext, job: Job) {
  const { store, events, timestamp } = context;
  const { active, succeeded, failed } = podsOf(context, job);
  const { completions = 1 } = job.spec;
  const at = timestamp();
  const say = (types: string[], reason: string, message: string) =>
    types.reduce<Condition[]>(
      (all, type) =>
        withCondition(all, { type, status: 'True', reason, message }, at),
      job.status?.conditions ?? [],
    );
  const status = {
    ...(active.length > 0 && { active: active.length }),
    ready: active.filter(isReady).length,
    ...(succeeded > 0 && { succeeded }),
    ...(failed > 0 && { failed }),
    startTime: job.status?.startTime ?? at,
    conditions: job.status?.conditions,
  };
  if (succeeded >= completions) {
    const message = 'Reached expected number of succeeded pods';
    const conditions = say(
      ['SuccessCriteriaMet', 'Complete'],
      'CompletionsReached',
      message,
    );
    events.record(job, 'Normal', 'Completed', 'Job completed', COMPONENT);
    store.updateStatus(typed.jobs, {
      ...job,
      status: { ...status, conditions, completionTime: at },
    });
    return;
  }
  if (isFailed(job, failed)) {
    const message = 'Job has reached the specified backoff limit';
    const conditions = say(
      ['FailureTarget', 'Failed'],
      'BackoffLimitExceeded',
      message,
    );
    events.record(job, 'Warning', 'BackoffLimitExceeded', message, COMPONENT);
    store.updateStatus(typed.jobs, {
      ...job,
      status: { ...status, conditions },
    });
    return;
  }
  store.updateStatus(typed.jobs, { ...job, status });
}

import type { Fault, JournalEntry, ServiceName } from '@slipway/sandbox';

/** A call at which the backend is killed, and when. */
export interface KillPoint {
  service: ServiceName;
  operation: string;
  /** With `NAME` for the service's name. */
  target?: string;
  /** The same, for an object in a cluster. */
  object?: string;
  /** How many calls of the same operation and target came before it. */
  index: number;
  /** Before the call has its effect, or after it and before it is answered. */
  when: 'before' | 'after';
}

type Call = Omit<KillPoint, 'when'>;

/** Calls that change nothing; a review asks the cluster what somebody may do. */
const READS =
  /^(create selfsubject|get|list|watch|GET|Assume|BatchGet|Describe|Get|List|Simulate|info\/refs|git-upload-pack)/;

export const writes = ({ operation }: Pick<Call, 'operation'>) =>
  !READS.test(operation);

export const nameOf = ({ service, operation, index, when }: KillPoint) =>
  `${when} ${service} ${operation}${index > 0 ? ` (${index + 1})` : ''}`;

/** The service's pipeline and Argo CD, which begin when there is something to deliver. */
const isOfPipeline = ({ caller = '', operation }: JournalEntry) =>
  /pipeline|argocd/.test(caller) || operation === 'AssumeRoleWithWebIdentity';

/** The calls of a service's creation, told apart by their place among those alike. */
export function callsOf(entries: JournalEntry[], name: string): Call[] {
  const seen = new Map<string, number>();
  const ours = entries.filter(entry => !isOfPipeline(entry));
  return ours.map(({ service, operation, target, object }) => {
    const call = {
      service,
      operation,
      target: target?.replaceAll(name, 'NAME'),
      object: object?.replaceAll(name, 'NAME'),
    };
    const key = JSON.stringify(call);
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    return { ...call, index };
  });
}

/** What both have: what the portal does for itself meanwhile is in one of them. */
export function inBoth(some: Call[], others: Call[]): Call[] {
  const keys = new Set(others.map(call => JSON.stringify(call)));
  return some.filter(call => keys.has(JSON.stringify(call)));
}

/** Where to kill: reads have no effect, so before and after are the same. */
export function killPointsOf(calls: Call[]): KillPoint[] {
  return calls.flatMap((call): KillPoint[] =>
    writes(call)
      ? [
          { ...call, when: 'before' },
          { ...call, when: 'after' },
        ]
      : [{ ...call, when: 'before' }],
  );
}

/** Whether a call names the service, so that no other service makes it, too. */
export const namesService = ({ target, object }: Call) =>
  `${target} ${object}`.includes('NAME');

/** The fault that holds the call of a service at a point. */
export function holdAt(point: KillPoint, name: string): Omit<Fault, 'id'> {
  return {
    kind: point.when === 'before' ? 'hang' : 'hang-after',
    service: point.service,
    operation: point.operation,
    target: point.target?.replaceAll('NAME', name),
    object: point.object?.replaceAll('NAME', name),
    skip: point.index,
  };
}

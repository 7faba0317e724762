import { randomUUID } from 'node:crypto';
import { Fault, FaultKind, Faults, RequestInfo } from '../types';

/** Every kind of fault, in the order the status page offers them. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'throttle',
  'server-error',
  'access-denied',
  'expired-token',
  'timeout',
  'hang',
  'hang-after',
  'reset-before',
  'reset-after',
  'garbled',
];

const MATCHED = [
  'service',
  'operation',
  'target',
  'object',
  'accountId',
  'region',
] as const;

function matches(fault: Fault, request: RequestInfo): boolean {
  return MATCHED.every(
    field => fault[field] === undefined || fault[field] === request[field],
  );
}

/** Keeps the faults that are switched on, in memory, oldest first. */
export function createFaults(): Faults {
  let faults: Fault[] = [];
  const listeners = new Set<(fault: Fault) => void>();
  return {
    add(fault) {
      const added = { ...fault, id: randomUUID().slice(0, 8) };
      faults.push(added);
      if (added.remaining === undefined && !added.skip) {
        listeners.forEach(listener => listener({ ...added }));
      }
      return { ...added };
    },
    onBegin(request, listener) {
      const hear = (fault: Fault) => {
        if (matches(fault, request)) {
          listener(fault);
        }
      };
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    remove(id) {
      const before = faults.length;
      faults = faults.filter(fault => fault.id !== id);
      return faults.length < before;
    },
    clear() {
      faults = [];
    },
    list() {
      return faults.map(fault => ({ ...fault }));
    },
    take(request) {
      const fault = faults.find(candidate => {
        if (!matches(candidate, request)) {
          return false;
        }
        if (candidate.skip) {
          candidate.skip -= 1;
          return false;
        }
        return true;
      });
      if (!fault) {
        return undefined;
      }
      if (fault.remaining !== undefined) {
        fault.remaining -= 1;
        if (fault.remaining <= 0) {
          faults = faults.filter(candidate => candidate !== fault);
        }
      }
      return { ...fault };
    },
  };
}

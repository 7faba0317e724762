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
  'clock-skew',
  'certificate-expired',
  'certificate-foreign',
];

/** What is wrong with a connection, before anything is asked over it. */
export const CERTIFICATE_FAULTS = [
  'certificate-expired',
  'certificate-foreign',
] as const satisfies FaultKind[];

/** What only clusters can have. */
export const CLUSTER_FAULTS: readonly FaultKind[] = [
  'clock-skew',
  ...CERTIFICATE_FAULTS,
];

export type CertificateFault = (typeof CERTIFICATE_FAULTS)[number];

/** Whether a fault is one of the certificate's. */
export const isCertificateFault = (kind: FaultKind): kind is CertificateFault =>
  CERTIFICATE_FAULTS.some(fault => fault === kind);

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
  const watchers = new Set<() => void>();
  const changed = () => watchers.forEach(watcher => watcher());
  return {
    add(fault) {
      const added = { ...fault, id: randomUUID().slice(0, 8) };
      faults.push(added);
      if (added.remaining === undefined && !added.skip) {
        listeners.forEach(listener => listener({ ...added }));
      }
      changed();
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
    onChange(listener) {
      watchers.add(listener);
    },
    remove(id) {
      const before = faults.length;
      faults = faults.filter(fault => fault.id !== id);
      changed();
      return faults.length < before;
    },
    clear() {
      faults = [];
      changed();
    },
    list() {
      return faults.map(fault => ({ ...fault }));
    },
    take(request) {
      const fault = faults.find(candidate => {
        if (
          !matches(candidate, request) ||
          isCertificateFault(candidate.kind)
        ) {
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

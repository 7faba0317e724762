import {
  CLUSTER_FAULTS,
  FAULT_KINDS,
  isCertificateFault,
  isRecord,
} from '../core';
import { Fault, ServiceName } from '../types';

/** Every service that faults can be switched on for. */
export const SERVICES: readonly ServiceName[] = [
  'ecr',
  'eks',
  'iam',
  's3',
  'sts',
  'kubernetes',
  'github',
  'gitlab',
  'git',
];

/** Says what is wrong with what was sent to the control API. */
export class BadInput extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadInput';
  }
}

function pick<T extends string>(
  field: string,
  value: unknown,
  values: readonly T[],
): T {
  const found = values.find(candidate => candidate === value);
  if (found === undefined) {
    throw new BadInput(`${field} must be one of ${values.join(', ')}`);
  }
  return found;
}

function text(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  if (typeof value !== 'string') {
    throw new BadInput(`${field} must be a text`);
  }
  return value;
}

function count(field: string, value: unknown, min: number) {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min) {
    throw new BadInput(`${field} must be a whole number of at least ${min}`);
  }
  return value;
}

const FIELDS = [
  'kind',
  'service',
  'operation',
  'target',
  'object',
  'accountId',
  'region',
  'skip',
  'remaining',
  'delayMs',
];

/**
 * Reads a fault that is to be switched on.
 *
 * @throws BadInput
 */
export function readFault(body: unknown): Omit<Fault, 'id'> {
  if (!isRecord(body)) {
    throw new BadInput('A fault is a JSON object with kind and service');
  }
  const unknown = Object.keys(body).find(field => !FIELDS.includes(field));
  if (unknown !== undefined) {
    throw new BadInput(
      `${unknown} is not a field of a fault: ${FIELDS.join(', ')}`,
    );
  }
  const fault = {
    kind: pick('kind', body.kind, FAULT_KINDS),
    service: pick('service', body.service, SERVICES),
    operation: text('operation', body.operation),
    target: text('target', body.target),
    object: text('object', body.object),
    accountId: text('accountId', body.accountId),
    region: text('region', body.region),
    skip: count('skip', body.skip, 0),
    remaining: count('remaining', body.remaining, 1),
    delayMs: count('delayMs', body.delayMs, 0),
  };
  if (CLUSTER_FAULTS.includes(fault.kind) && fault.service !== 'kubernetes') {
    throw new BadInput(
      `${fault.kind} is a fault of clusters: choose the service kubernetes`,
    );
  }
  const one = (['operation', 'object', 'skip', 'remaining'] as const).find(
    field => fault[field] !== undefined,
  );
  if (isCertificateFault(fault.kind) && one) {
    throw new BadInput(
      `${one} cannot be given for ${fault.kind}: a certificate is shown before anything is asked`,
    );
  }
  return fault;
}

/** A load that is to be set. */
export interface LoadInput {
  clusterArn: string;
  namespace: string;
  workload: string;
  /** Per cent of the CPU request; undefined lets the workload idle. */
  cpuUtilization?: number;
}

/**
 * Reads a load that is to be set.
 *
 * @throws BadInput
 */
export function readLoad(body: unknown): LoadInput {
  if (!isRecord(body)) {
    throw new BadInput(
      'A load is a JSON object with clusterArn, namespace, workload and cpuUtilization',
    );
  }
  const required = (field: string) => {
    const value = text(field, body[field]);
    if (value === undefined) {
      throw new BadInput(`${field} must be given`);
    }
    return value;
  };
  const { cpuUtilization } = body;
  if (
    cpuUtilization !== undefined &&
    cpuUtilization !== null &&
    (typeof cpuUtilization !== 'number' ||
      !(cpuUtilization >= 0 && cpuUtilization <= 1000))
  ) {
    throw new BadInput(
      'cpuUtilization must be a number from 0 to 1000 (per cent of the request), or null to let the workload idle',
    );
  }
  return {
    clusterArn: required('clusterArn'),
    namespace: required('namespace'),
    workload: required('workload'),
    ...(typeof cpuUtilization === 'number' && { cpuUtilization }),
  };
}

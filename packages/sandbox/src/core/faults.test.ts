import { createFaults } from './faults';

const request = {
  service: 'ecr',
  operation: 'CreateRepository',
  target: 'orders',
  accountId: '111122223333',
  region: 'eu-west-1',
} as const;

it('matches what is named and nothing else', () => {
  const faults = createFaults();
  const fault = faults.add({
    kind: 'hang',
    service: 'ecr',
    operation: 'CreateRepository',
    region: 'eu-west-1',
  });
  expect(faults.take(request)).toEqual(fault);
  expect(faults.take({ ...request, region: 'us-east-1' })).toBeUndefined();
  expect(faults.take({ ...request, operation: 'PutImage' })).toBeUndefined();
  expect(faults.take({ ...request, service: 'eks' })).toBeUndefined();
});

it('ends after its last call', () => {
  const faults = createFaults();
  faults.add({ kind: 'throttle', service: 'ecr', remaining: 2 });
  expect(faults.take(request)?.remaining).toBe(1);
  expect(faults.take(request)?.remaining).toBe(0);
  expect(faults.take(request)).toBeUndefined();
  expect(faults.list()).toEqual([]);
});

it('lets the calls before its first pass, and counts only those that match', () => {
  const faults = createFaults();
  faults.add({ kind: 'throttle', service: 'ecr', skip: 2, remaining: 1 });
  expect(faults.take(request)).toBeUndefined();
  expect(faults.take({ ...request, service: 'eks' })).toBeUndefined();
  expect(faults.take(request)).toBeUndefined();
  expect(faults.take(request)?.kind).toBe('throttle');
  expect(faults.take(request)).toBeUndefined();
});

it('is switched off one by one or all at once', () => {
  const faults = createFaults();
  const first = faults.add({ kind: 'hang', service: 'ecr' });
  faults.add({ kind: 'throttle', service: 'ecr' });
  expect(faults.remove(first.id)).toBe(true);
  expect(faults.remove(first.id)).toBe(false);
  expect(faults.take(request)?.kind).toBe('throttle');
  faults.clear();
  expect(faults.take(request)).toBeUndefined();
});

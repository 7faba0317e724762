import type { ObjectsByEntityResponse } from '@backstage/plugin-kubernetes-common';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  everyMetric,
  healthy,
  manyPods,
  nothingDeployed,
  onFargate,
  oneRefuses,
  orders,
  rollingOut,
  unreachable,
} from '../testUtils';
import { applyRuntimePatch, diffRuntime, type RuntimePatch } from './patch';
import { toRuntime } from './runtime';
import type { Pod, Runtime } from './types';

const through = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** Lists of things that are told apart, lists of others, and what holds them. */
const json = fc.letrec(tie => ({
  leaf: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
  fields: fc.dictionary(
    fc.oneof(
      fc.constantFrom('id', 'name', 'at', 'value', 'by', 'fields', 'without'),
      fc.string(),
    ),
    fc.oneof(tie('node'), fc.constant(undefined)),
    { maxKeys: 4 },
  ),
  things: fc.uniqueArray(
    fc.record({ id: fc.constantFrom(...'abcdefghij'), holds: tie('node') }),
    { selector: ({ id }) => id, maxLength: 8 },
  ),
  others: fc.array(tie('node'), { maxLength: 4 }),
  node: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    tie('things'),
    tie('fields'),
    tie('others'),
  ),
}));

/** The functions take any JSON, whatever their types promise about it. */
const asRuntime = (value: unknown) => value as Runtime;

function pod(index: number, fields: Partial<Pod> = {}): Pod {
  return {
    id: `prod-eu/orders/orders-${index}`,
    name: `orders-${index}`,
    namespace: 'orders',
    cluster: 'prod-eu',
    state: 'ready',
    containersReady: 1,
    containers: 1,
    restarts: 0,
    runsOn: { kind: 'node', name: `node-${index % 7}` },
    release: { version: 'v1', digest: `sha256:${'a'.repeat(64)}` },
    ...fields,
  };
}

const stateOf = (answer: ObjectsByEntityResponse) =>
  through(toRuntime({ entity: orders, answer, knownClusters: [] }));

function withPods(pods: Pod[]): Runtime {
  const { summary, clusters } = stateOf(healthy());
  return { summary, clusters: [{ ...clusters[0], pods }] };
}

const many = Array.from({ length: 500 }, (_, index) => pod(index));

describe('a patch of what runs', () => {
  it('leads from any state to any other, and over the wire', () => {
    fc.assert(
      fc.property(json.fields, json.fields, (before, after) => {
        const patch = diffRuntime(asRuntime(before), asRuntime(after));
        const reached = patch
          ? applyRuntimePatch(asRuntime(through(before)), through(patch))
          : before;
        expect(through(reached)).toEqual(through(after));
      }),
      { numRuns: 2000 },
    );
  });

  it('is nothing between equal states, and only then', () => {
    fc.assert(
      fc.property(json.fields, json.fields, (before, after) => {
        const patchTo = (other: unknown) =>
          diffRuntime(asRuntime(before), asRuntime(other));
        expect(patchTo(through(before))).toBeUndefined();
        expect(patchTo(after) === undefined).toBe(
          isDeepStrictEqual(through(before), through(after)),
        );
      }),
    );
  });

  it('changes neither of the states', () => {
    fc.assert(
      fc.property(json.fields, json.fields, (before, after) => {
        const texts = [JSON.stringify(before), JSON.stringify(after)];
        const patch = diffRuntime(asRuntime(before), asRuntime(after));
        if (patch) {
          applyRuntimePatch(asRuntime(before), patch);
        }
        expect([JSON.stringify(before), JSON.stringify(after)]).toEqual(texts);
      }),
    );
  });

  it('leads from each known state of a service to each other', () => {
    const states = [
      everyMetric,
      healthy,
      nothingDeployed,
      onFargate,
      oneRefuses,
      rollingOut,
      unreachable,
      () => manyPods(20),
    ].map(scenario => stateOf(scenario()));
    for (const before of states) {
      for (const after of states) {
        const patch = diffRuntime(before, after);
        expect(patch ? applyRuntimePatch(before, patch) : before).toEqual(
          after,
        );
      }
    }
  });
});

describe('with 500 pods', () => {
  const before = withPods(many);
  const bytes = (patch: RuntimePatch | undefined) =>
    JSON.stringify(patch ?? null).length;

  it('tells of one that changes in a few bytes, and keeps the others', () => {
    const after = withPods(
      many.map((one, index) =>
        index === 250 ? pod(250, { state: 'not-ready' }) : one,
      ),
    );
    const patch = diffRuntime(before, through(after));
    expect(bytes(patch)).toBeLessThan(250);
    const reached = patch && applyRuntimePatch(before, patch);
    expect(reached?.clusters[0].pods[250].state).toBe('not-ready');
    expect(reached?.clusters[0].pods[249]).toBe(before.clusters[0].pods[249]);
    expect(reached?.summary).toBe(before.summary);
  });

  it.each([
    ['goes', many.filter((_, index) => index !== 3), 200],
    ['comes', [...many.slice(0, 9), pod(999), ...many.slice(9)], 600],
    ['moves to the front', [many[499], ...many.slice(0, 499)], 200],
    ['moves to the end', [...many.slice(1), many[0]], 250],
  ])('tells of one that %s in a few bytes', (_, pods, limit) => {
    const after = withPods(pods);
    const patch = diffRuntime(before, through(after));
    expect(bytes(patch)).toBeLessThan(limit);
    expect(patch && applyRuntimePatch(before, patch)).toEqual(after);
  });

  it('refuses a patch that was made for another state', () => {
    const patch = diffRuntime(
      before,
      withPods(many.map((_, index) => pod(index, { restarts: index % 2 }))),
    );
    expect(() => patch && applyRuntimePatch(withPods([]), patch)).toThrow(
      /made for another state.*read it anew/,
    );
    const moved = diffRuntime(before, withPods([...many.slice(1), many[0]]));
    expect(
      () => moved && applyRuntimePatch(withPods(many.slice(0, 9)), moved),
    ).toThrow(/made for another state/);
  });

  it('takes field names from a cluster for nothing but names', () => {
    const hostile = asRuntime(JSON.parse('{"__proto__":{"polluted":true}}'));
    const patch = diffRuntime(asRuntime({ a: 1 }), hostile);
    const reached = patch && applyRuntimePatch(asRuntime({}), through(patch));
    expect(Object.keys(reached ?? {})).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

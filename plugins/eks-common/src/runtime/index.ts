/**
 * What an entity has running, as one compact model: pure functions from the
 * objects of Kubernetes to facts and codes.
 *
 * @packageDocumentation
 */

export * from './api';
export * from './buildRuntime';
export * from './explain';
export * from './links';
export { nodeOf } from './nodes';
export * from './patch';
export * from './podDetails';
export * from './quantity';
export * from './runtime';
export * from './sentences';
export * from './types';
// What the links and places above are made of.
export type { ComputeKind } from '../api';
export type { Partition } from '../arn';
export type { LinkName, LinkTemplates } from '../consoleLinks';

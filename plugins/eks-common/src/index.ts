/**
 * What the browser and the backend parts of the EKS plugins agree on: pure
 * functions and names, nothing that asks anybody anything.
 *
 * @packageDocumentation
 */

export * from './annotations';
export * from './api';
export * from './arn';
export * from './consoleLinks';
export * from './imageReference';
export * from './permissions';
export * from './quantity';
export * from './rules';

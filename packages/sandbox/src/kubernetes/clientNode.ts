/**
 * The official Kubernetes client. It is an ES module, which jest will load in
 * only one of two ways, and the official Kubernetes backend needs the other:
 * so Node's own `require` loads it, past jest.
 */
export const clientNode: typeof import('@kubernetes/client-node') = process
  .getBuiltinModule('node:module')
  .createRequire(__filename)('@kubernetes/client-node');

import type { KubernetesObject } from '@kubernetes/client-node';
import { REVISION_ANNOTATION } from '@slipway/backstage-plugin-eks-common';
import { isObject } from '../kubernetes/clusterRequest';

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/** The fields of these names that an object has. */
function pick(value: unknown, names: readonly string[]): Fields {
  const fields = fieldsOf(value);
  return Object.fromEntries(
    names.flatMap(name =>
      fields[name] === undefined ? [] : [[name, fields[name]]],
    ),
  );
}

/** A list of such objects; what is no list stays what it is. */
const pickEach = (value: unknown, names: readonly string[]) =>
  Array.isArray(value) ? value.map(item => pick(item, names)) : value;

const CONTAINER = ['name', 'image', 'resources'];
const STATUS = ['phase', 'reason', 'message'];
const CONDITION = ['type', 'status', 'reason', 'message'];
const CONTAINER_STATUS = [
  'name',
  'ready',
  'started',
  'restartCount',
  'imageID',
  'state',
  'lastState',
];
const CONTAINER_STATE = ['waiting', 'terminated'];

const statusesOf = (value: unknown) =>
  Array.isArray(value)
    ? value.map(item => {
        const { state, lastState, ...rest } = pick(item, CONTAINER_STATUS);
        return {
          ...rest,
          state: pick(state, CONTAINER_STATE),
          lastState: pick(lastState, CONTAINER_STATE),
        };
      })
    : value;

/**
 * What the model of an entity is made of: most of a pod is how it came to be,
 * and is neither kept beside the packed pod nor looked at with every change of
 * 5,000 pods. What the model reads of a pod has to be here.
 */
export function partOfPod(pod: KubernetesObject): KubernetesObject {
  const { spec, status }: Fields = { ...pod };
  const {
    name,
    namespace,
    labels,
    annotations,
    creationTimestamp,
    deletionTimestamp,
    ownerReferences,
  } = pod.metadata ?? {};
  const revision = annotations?.[REVISION_ANNOTATION];
  const part = {
    metadata: {
      name,
      namespace,
      labels,
      ...(revision && { annotations: { [REVISION_ANNOTATION]: revision } }),
      creationTimestamp,
      deletionTimestamp,
      ownerReferences,
    },
    ...(isObject(spec) && {
      spec: {
        ...pick(spec, ['nodeName']),
        containers: pickEach(spec.containers, CONTAINER),
      },
    }),
    ...(isObject(status) && {
      status: {
        ...pick(status, STATUS),
        conditions: pickEach(status.conditions, CONDITION),
        initContainerStatuses: statusesOf(status.initContainerStatuses),
        containerStatuses: statusesOf(status.containerStatuses),
      },
    }),
  };
  return part;
}

import type { Pod } from '@slipway/backstage-plugin-eks-common/runtime';
import type { Sort } from './VirtualTable';

/** Pods in the order that a column asks for. */
export function sortPods(pods: Pod[], { column, direction }: Sort): Pod[] {
  const key = (pod: Pod): string | number => {
    switch (column) {
      case 'restarts':
        return pod.restarts;
      case 'cpu':
        return pod.cpu?.used ?? -1;
      case 'memory':
        return pod.memory?.used ?? -1;
      case 'state':
        return pod.state;
      case 'age':
        // The youngest has the latest time.
        return pod.createdAt ? -new Date(pod.createdAt).getTime() : 0;
      default:
        return pod.name;
    }
  };
  const sign = direction === 'descending' ? -1 : 1;
  return [...pods].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    return (
      sign *
      (typeof a === 'number' && typeof b === 'number'
        ? a - b
        : `${a}`.localeCompare(`${b}`))
    );
  });
}

/** The pods in which every word occurs. */
export function searchPods(pods: Pod[], search: string): Pod[] {
  const words = search.toLocaleLowerCase('en-US').split(/\s+/);
  return pods.filter(pod => {
    const text = [
      pod.name,
      pod.state,
      pod.reason,
      pod.runsOn?.name,
      pod.image,
      pod.release.version,
      pod.release.commit,
      pod.release.digest,
    ]
      .join(' ')
      .toLocaleLowerCase('en-US');
    return words.every(word => text.includes(word));
  });
}

import type { Health } from '@slipway/backstage-plugin-eks-common/runtime';
import type { Service } from '../hooks/useServices';

const URGENCY: Record<Health, number> = {
  degraded: 0,
  progressing: 1,
  unknown: 2,
  healthy: 3,
};

/** The health of a service; unknown while nothing is known of it. */
export const healthOf = ({ summary }: Service): Health =>
  summary?.health ?? 'unknown';

/** Those that need a look come first, and then by name. */
export const byUrgency = (one: Service, other: Service): number =>
  URGENCY[healthOf(one)] - URGENCY[healthOf(other)] ||
  one.entity.metadata.name.localeCompare(other.entity.metadata.name);

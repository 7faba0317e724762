import * as scenarios from '@slipway/backstage-plugin-eks-common/testUtils';
import type { Service, ServicesState } from '../src/hooks/useServices';
import { runtimeStates } from './runtimeStates';

const service = (name: string, state: string): Service => ({
  id: `component:default/${name}`,
  entity: {
    ...scenarios.orders,
    metadata: { ...scenarios.orders.metadata, name },
  },
  summary: runtimeStates[state].state.runtime?.summary,
});

const some = [
  service('orders', 'Healthy'),
  service('cart', 'Rolling out'),
  service('wishlist', 'Nothing deployed'),
  service('products', 'Saturated'),
  service('search', 'Explained bad'),
  service('invoices', 'Connection denied'),
];

const up: Omit<ServicesState, 'services'> = {
  following: 'polling',
  slow: false,
  updatedAt: scenarios.NOW,
};

/** Every state of the table of a system's services, by its name. */
export const servicesStates: Record<string, ServicesState> = {
  Services: { ...up, services: some },
  'Services, one refused': {
    ...up,
    services: [
      ...some,
      {
        ...service('reviews', 'Healthy'),
        summary: undefined,
        error: 'not allowed: ask for the permission eks.runtime.read',
      },
    ],
  },
  'Services, many': {
    ...up,
    services: Array.from({ length: 60 }, (_, index) =>
      service(`service-${index}`, index % 7 ? 'Healthy' : 'Saturated'),
    ),
  },
  'Services, none': { ...up, services: [] },
  'Services, loading': {
    services: undefined,
    following: 'connecting',
    slow: true,
  },
  'Services, failed': {
    services: undefined,
    following: 'lost',
    slow: false,
    error: new Error('socket hang up'),
  },
  'Services, older': {
    ...up,
    services: some,
    following: 'lost',
    error: new Error('Failed to fetch'),
  },
};

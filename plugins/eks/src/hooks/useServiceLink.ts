import { useRouteRef } from '@backstage/core-plugin-api';
import {
  entityRouteParams,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import type { Service } from './useServices';

/** Where a service's own tab is. */
export function useServiceLink(): (service: Service) => string {
  const entityPage = useRouteRef(entityRouteRef);
  return ({ entity }) => `${entityPage(entityRouteParams(entity))}/eks`;
}

import { useEntity } from '@backstage/plugin-catalog-react';
import { useServiceLink } from '../hooks/useServiceLink';
import { useServices } from '../hooks/useServices';
import { ServicesView } from './ServicesView';

/** The tab of a system's or a group's page: what its services run. */
export const ServicesContent = () => (
  <ServicesView
    state={useServices(useEntity().entity)}
    linkTo={useServiceLink()}
  />
);

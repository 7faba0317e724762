import { useRouteRef } from '@backstage/core-plugin-api';
import {
  entityRouteParams,
  entityRouteRef,
  useEntity,
} from '@backstage/plugin-catalog-react';
import {
  Card,
  CardBody,
  CardFooter,
  CardHeader,
  Link,
  Text,
} from '@backstage/ui';
import { useServiceLink } from '../hooks/useServiceLink';
import {
  useServices,
  type Service,
  type ServicesState,
} from '../hooks/useServices';
import { Live } from './Live';
import styles from './runtime.module.css';
import { ServiceState, ServicesText } from './ServicesView';
import { byUrgency } from './serviceOrder';
import { useWords } from './useWords';

/** How many services the card has room for. */
const SHOWN = 5;

/** The card on a system's or a group's overview. */
export const ServicesCard = () => {
  const { entity } = useEntity();
  const page = useRouteRef(entityRouteRef)(entityRouteParams(entity));
  return (
    <ServicesCardView
      state={useServices(entity)}
      tab={`${page}/eks-services`}
      linkTo={useServiceLink()}
    />
  );
};

/** The card in whatever state the reading is; `tab` is where the rest is. */
export const ServicesCardView = ({
  state,
  tab,
  linkTo,
}: {
  state: ServicesState;
  tab: string;
  /** Where a service's own tab is. */
  linkTo: (service: Service) => string;
}) => {
  const { t } = useWords();
  const { services } = state;
  return (
    <Card>
      <CardHeader>
        <div className={styles.spread}>
          <Text as="h2" variant="title-x-small">
            {t('services.title')}
          </Text>
          {services && services.length > 0 && <Live {...state} />}
        </div>
      </CardHeader>
      <CardBody>
        <ServicesText state={state}>
          {known => (
            <ul className={styles.services}>
              {[...known]
                .sort(byUrgency)
                .slice(0, SHOWN)
                .map(service => (
                  <li key={service.id}>
                    <Link href={linkTo(service)}>
                      {service.entity.metadata.title ??
                        service.entity.metadata.name}
                    </Link>
                    <ServiceState service={service} />
                  </li>
                ))}
            </ul>
          )}
        </ServicesText>
      </CardBody>
      <CardFooter>
        <Link href={tab}>
          {t('services.more', { count: services?.length ?? 0 })}
        </Link>
      </CardFooter>
    </Card>
  );
};

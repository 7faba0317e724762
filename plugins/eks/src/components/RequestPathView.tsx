import type { ReactNode } from 'react';
import type {
  Hop,
  RequestPath,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { Pill, type Tone } from './Pill';
import styles from './runtime.module.css';
import { useWords } from './useWords';

/** A request on its way to the pods, left to right. */
export const RequestPathView = ({ path }: { path: RequestPath }) => {
  const { t } = useWords();
  return (
    <ol className={styles.path} aria-label={t('path.label')}>
      {path.hops.map(hop => (
        <li key={hop.kind} className={styles.hop}>
          <div className={styles.hopBox} data-state={hop.state}>
            <HopText hop={hop} />
          </div>
        </li>
      ))}
    </ol>
  );
};

const TONES: Record<Hop['state'], Tone> = {
  good: 'good',
  waiting: 'warning',
  bad: 'bad',
  unknown: 'neutral',
};

const HopText = ({ hop }: { hop: Hop }) => {
  const { t } = useWords();
  const tone = TONES[hop.state];
  switch (hop.kind) {
    case 'host':
      return (
        <Station
          title={hop.hosts.join(', ')}
          detail={hop.tls ? t('path.tls') : t('path.noTls')}
        />
      );
    case 'load-balancer':
      return (
        <Station
          title={t('path.loadBalancer')}
          pill={
            <Pill tone={tone}>
              {hop.address ? t('path.active') : t('path.noAddress')}
            </Pill>
          }
          detail={[
            hop.address,
            hop.scheme === 'internet-facing' && t('path.internetFacing'),
            hop.scheme === 'internal' && t('path.internal'),
          ]}
        />
      );
    case 'ingress':
      return (
        <Station
          title={t('path.ingress')}
          pill={
            <Pill tone={tone}>
              {t('path.rules', { count: hop.rules.length })}
            </Pill>
          }
          detail={hop.rules.length > 0 ? hop.rules : hop.name}
        />
      );
    case 'service':
      return (
        <Station
          title={t('path.service')}
          pill={
            <Pill tone={tone}>
              {hop.missing
                ? t('path.serviceMissing')
                : t('path.endpoints', {
                    ready: `${hop.ready}`,
                    total: `${hop.total}`,
                  })}
            </Pill>
          }
          detail={[
            hop.name,
            !hop.missing && t('path.endpointsReady'),
            hop.draining > 0 && t('path.draining', { count: hop.draining }),
          ]}
        />
      );
    default:
      return (
        <Station
          title={t('path.pods')}
          pill={
            hop.failing > 0 && (
              <Pill tone={tone}>
                {t('path.failing', { number: `${hop.failing}` })}
              </Pill>
            )
          }
          detail={[
            t('path.ready', { ready: `${hop.ready}` }),
            hop.nodes > 0 && t('path.onNodes', { count: hop.nodes }),
            hop.fargate > 0 && t('path.onFargate'),
          ]}
        />
      );
  }
};

const Station = ({
  title,
  pill,
  detail,
}: {
  title: string;
  pill?: ReactNode;
  detail: string | (string | false | undefined)[];
}) => (
  <>
    <div className={styles.row}>
      <strong>{title}</strong>
      {pill}
    </div>
    <div className={styles.secondary}>
      {[detail].flat().filter(Boolean).join(', ')}
    </div>
  </>
);

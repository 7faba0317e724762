import type { ReactNode } from 'react';
import type {
  Hop,
  RequestPath,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { Pill, type Tone } from './Pill';
import styles from './runtime.module.css';
import { useWords, type Words } from './useWords';

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
          pill={<Pill tone={tone}>{loadBalancerWords(hop, t)}</Pill>}
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
    case 'gateway':
      return (
        <Station
          title={t('path.gateway')}
          pill={<Pill tone={tone}>{gatewayWords(hop, t)}</Pill>}
          detail={[
            `${hop.namespace}/${hop.name}`,
            hop.className,
            hop.state !== 'good' && hop.reason,
          ]}
        />
      );
    case 'route':
      return (
        <Station
          title={t('path.route')}
          pill={<Pill tone={tone}>{routeWords(hop, t)}</Pill>}
          detail={[
            ...(hop.rules.length > 0 ? hop.rules : [hop.name]),
            hop.state !== 'good' && hop.reason,
          ]}
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

type HopOf<K extends Hop['kind']> = Extract<Hop, { kind: K }>;

function loadBalancerWords(
  { address, state }: HopOf<'load-balancer'>,
  t: Words['t'],
): string {
  if (state === 'bad') {
    return t('path.gatewayBad');
  }
  return address ? t('path.active') : t('path.noAddress');
}

function gatewayWords(
  { missing, state }: HopOf<'gateway'>,
  t: Words['t'],
): string {
  if (missing) {
    return t('path.gatewayMissing');
  }
  switch (state) {
    case 'good':
      return t('path.active');
    case 'bad':
      return t('path.gatewayBad');
    case 'waiting':
      return t('path.gatewayWaiting');
    default:
      return t('path.gatewayUnknown');
  }
}

function routeWords(
  { objection, rules, state }: HopOf<'route'>,
  t: Words['t'],
): string {
  if (objection) {
    return objection === 'unresolved'
      ? t('path.routeUnresolved')
      : t('path.routeNotAccepted');
  }
  return state === 'waiting'
    ? t('path.routeWaiting')
    : t('path.rules', { count: rules.length });
}

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

import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import {
  nodeOf,
  type Node,
  type Pod,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { Pill } from './Pill';
import styles from './runtime.module.css';
import { useWords } from './useWords';

/** The machines that pods run on, those with the most pods first. */
export const NodesTable = ({ nodes, pods }: { nodes: Node[]; pods: Pod[] }) => {
  const { t } = useWords();
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const name = nodeOf(pod);
    if (name) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const podsOn = ({ name }: Node) => counts.get(name) ?? 0;
  return (
    <Card>
      <CardHeader>
        <Text as="h4" variant="body-medium" weight="bold">
          {t('nodes.title')}{' '}
          <span className={styles.secondary}>{nodes.length}</span>
        </Text>
      </CardHeader>
      <CardBody>
        <div className={styles.scroll}>
          <table className={styles.table} aria-label={t('nodes.title')}>
            <thead>
              <tr>
                <th scope="col">{t('nodes.name')}</th>
                <th scope="col">{t('nodes.type')}</th>
                <th scope="col">{t('nodes.zone')}</th>
                <th scope="col">{t('nodes.capacityKind')}</th>
                <th scope="col">{t('nodes.madeByWhom')}</th>
                <th scope="col">{t('nodes.pods')}</th>
              </tr>
            </thead>
            <tbody>
              {[...nodes]
                .sort(
                  (one, other) =>
                    podsOn(other) - podsOn(one) ||
                    one.name.localeCompare(other.name),
                )
                .map(node => (
                  <tr key={node.name}>
                    <th scope="row" className={styles.mono}>
                      {node.name}
                      {node.leaving && (
                        <>
                          {' '}
                          <Pill tone="warning">{t('nodes.leaving')}</Pill>
                        </>
                      )}
                    </th>
                    <td>{node.instanceType ?? '–'}</td>
                    <td>{node.zone ?? '–'}</td>
                    <td>
                      {node.capacity
                        ? t(`nodes.capacity.${node.capacity}`)
                        : '–'}
                    </td>
                    <td>
                      {[t(`nodes.madeBy.${node.madeBy}`), node.pool]
                        .filter(Boolean)
                        .join(': ')}
                    </td>
                    <td>{podsOn(node)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </CardBody>
    </Card>
  );
};

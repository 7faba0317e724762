import { type Entity, getCompoundEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { toError } from '@backstage/errors';
import { Button, SearchField, Select, Switch, Text } from '@backstage/ui';
import type {
  Pod,
  PodContainer,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { useEffect, useState } from 'react';
import { eksApiRef } from '../api/EksApi';
import { addText, noLines, showable } from './logLines';
import styles from './runtime.module.css';
import { useWords } from './useWords';

const TAIL_LINES = 500;

/** What a container of a pod writes. */
export const PodLogs = ({
  entity,
  pod,
  containers,
}: {
  entity: Entity;
  pod: Pod;
  containers: PodContainer[];
}) => {
  const { t } = useWords();
  const [container, setContainer] = useState(
    () => containers.find(({ kind }) => kind === 'container')?.name,
  );
  const [previous, setPrevious] = useState(false);
  const [follow, setFollow] = useState(true);
  const [filter, setFilter] = useState('');
  const { lines, rest, cut, error, ended } = useLogs(entity, pod, {
    container,
    previous,
    // What a run wrote that is over does not go on.
    follow: follow && !previous,
  });

  const all = rest ? [...lines, showable(rest)] : lines;
  const wanted = filter.toLocaleLowerCase('en-US');
  const shown = wanted
    ? all.filter(line => line.toLocaleLowerCase('en-US').includes(wanted))
    : all;
  return (
    <div className={styles.stack}>
      <div className={styles.row}>
        {containers.length > 1 && (
          <Select
            aria-label={t('pod.container')}
            options={containers.map(({ name }) => ({
              value: name,
              label: name,
            }))}
            selectedKey={container}
            onSelectionChange={key => setContainer(`${key}`)}
          />
        )}
        <Switch
          label={t('logs.follow')}
          isSelected={follow && !previous}
          isDisabled={previous}
          onChange={setFollow}
        />
        <Switch
          label={t('logs.previous')}
          isSelected={previous}
          onChange={setPrevious}
        />
        <SearchField
          aria-label={t('logs.filter')}
          placeholder={t('logs.filter')}
          size="small"
          value={filter}
          onChange={setFilter}
        />
        <Button
          variant="secondary"
          size="small"
          isDisabled={all.length === 0}
          onPress={() => download(`${pod.name}-${container ?? 'pod'}.log`, all)}
        >
          {t('logs.download')}
        </Button>
      </div>
      {cut && (
        <Text as="p" variant="body-small">
          {t('logs.cut')}
        </Text>
      )}
      {error && (
        <Text as="p">{t('pod.failed', { message: error.message })}</Text>
      )}
      {shown.length > 0 ? (
        <pre
          className={styles.logs}
          // It scrolls, so that it has to be reached with the keyboard.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          aria-label={t('logs.lines', { container: container ?? pod.name })}
          role="log"
        >
          {shown.join('\n')}
        </pre>
      ) : (
        !error &&
        (all.length > 0 || ended) && (
          <Text as="p">
            {all.length > 0 ? t('logs.noMatch') : t('logs.empty')}
          </Text>
        )
      )}
    </div>
  );
};

function useLogs(
  entity: Entity,
  { cluster, namespace, name: pod }: Pod,
  query: { container?: string; previous: boolean; follow: boolean },
) {
  const api = useApi(eksApiRef);
  const { container, previous, follow } = query;
  const [state, setState] = useState<
    typeof noLines & { error?: Error; ended?: boolean }
  >(noLines);

  useEffect(() => {
    const stopping = new AbortController();
    const read = async () => {
      const texts = api.readLogs(
        getCompoundEntityRef(entity),
        {
          cluster,
          namespace,
          pod,
          ...(container && { container }),
          previous,
          follow,
          tailLines: TAIL_LINES,
        },
        { signal: stopping.signal },
      );
      for await (const text of texts) {
        if (stopping.signal.aborted) {
          return;
        }
        setState(now => addText(now, text));
      }
    };
    setState(noLines);
    read()
      .then(() => setState(now => ({ ...now, ended: true })))
      .catch(error => {
        if (!stopping.signal.aborted) {
          setState(now => ({ ...now, error: toError(error), ended: true }));
        }
      });
    return () => stopping.abort();
  }, [api, entity, cluster, namespace, pod, container, previous, follow]);

  return state;
}

function download(name: string, lines: string[]): void {
  const url = URL.createObjectURL(
    new Blob([`${lines.join('\n')}\n`], { type: 'text/plain' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

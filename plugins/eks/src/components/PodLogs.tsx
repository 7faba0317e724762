import { type Entity, getCompoundEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { ResponseError, toError } from '@backstage/errors';
import { Button, SearchField, Select, Switch, Text } from '@backstage/ui';
import type {
  Pod,
  PodContainer,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { eksApiRef } from '../api/EksApi';
import { addText, MAXIMUM_LINES, noLines, showable } from './logLines';
import styles from './runtime.module.css';
import { useWords } from './useWords';

const TAIL_LINES = 500;
/** So near to its end somebody reads what comes. */
const NEAR_END_PX = 16;
/** Milliseconds until a stream that was ended is asked for again. */
const RESUME_MS = 3_000;

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
  const [chosen, setContainer] = useState<string>();
  // What there is to choose from may arrive later.
  const container =
    chosen ?? containers.find(({ kind }) => kind === 'container')?.name;
  const [previous, setPrevious] = useState(false);
  const [follow, setFollow] = useState(true);
  const [filter, setFilter] = useState('');
  const { lines, rest, dropped, error, ended } = useLogs(entity, pod, {
    container,
    previous,
    // What a run wrote that is over does not go on.
    follow: follow && !previous,
  });

  const all = [...lines, ...(rest ? [showable(rest)] : [])].map(
    (text, index) => ({ text, number: dropped + index }),
  );
  const wanted = filter.toLocaleLowerCase('en-US');
  const shown = wanted
    ? all.filter(({ text }) => text.toLocaleLowerCase('en-US').includes(wanted))
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
          onPress={() =>
            download(
              `${pod.name}-${container ?? 'pod'}.log`,
              all.map(({ text }) => text),
            )
          }
        >
          {t('logs.download')}
        </Button>
      </div>
      {dropped > 0 && (
        <Text as="p" variant="body-small">
          {t('logs.cut', { lines: `${MAXIMUM_LINES}` })}
        </Text>
      )}
      {error && (
        <Text as="p">{t('pod.failed', { message: error.message })}</Text>
      )}
      {shown.length > 0 ? (
        <Lines
          lines={shown}
          label={t('logs.lines', { container: container ?? pod.name })}
        />
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

/** Keeps to the newest line, unless somebody reads further up. */
const Lines = ({
  lines,
  label,
}: {
  lines: { text: string; number: number }[];
  label: string;
}) => {
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current && atEnd.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [lines]);
  return (
    <pre
      ref={box}
      className={styles.logs}
      onScroll={({
        currentTarget: { scrollTop, clientHeight, scrollHeight },
      }) => {
        atEnd.current = scrollTop + clientHeight >= scrollHeight - NEAR_END_PX;
      }}
      // It scrolls, so that it has to be reached with the keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={label}
      role="log"
    >
      {/* A line for itself: what was there before is not read out again. */}
      {lines.map(({ text, number }) => (
        <span key={number}>{`${text}\n`}</span>
      ))}
    </pre>
  );
};

/** Whether asking again would be answered the same. */
const isRefused = (error: Error | undefined) =>
  error instanceof ResponseError && error.statusCode < 500;

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
    const { signal } = stopping;
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
        { signal },
      );
      // What was shown stays until there is something to show instead.
      let isFirst = true;
      for await (const text of texts) {
        if (signal.aborted) {
          return;
        }
        const from = isFirst ? noLines : undefined;
        isFirst = false;
        setState(now => addText(from ?? now, text));
      }
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = () => {
      read()
        .then(
          () => undefined,
          error => toError(error),
        )
        .then(error => {
          if (signal.aborted) {
            return;
          }
          setState(now => ({ ...now, ended: true, error }));
          // The backend ends a stream with the token or with itself; what is
          // over for good says so each time.
          if (follow && !isRefused(error)) {
            timer = setTimeout(begin, RESUME_MS);
          }
        });
    };
    setState(noLines);
    begin();
    return () => {
      clearTimeout(timer);
      stopping.abort();
    };
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

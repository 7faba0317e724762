import { toError } from '@backstage/errors';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Text,
} from '@backstage/ui';
import { type ReactNode, useState } from 'react';
import styles from './runtime.module.css';
import { useWords } from './useWords';

type Progress =
  { at: 'asking' | 'doing' } | { at: 'failed' | 'done'; said: string };

/**
 * A button that changes something in a cluster: says first what will happen,
 * and does it when somebody confirms. What became of it stays to be read.
 */
export const ConfirmedAction = ({
  label,
  about,
  title,
  confirm,
  canConfirm = true,
  action,
  onOpen,
  children,
}: {
  /** On the button. */
  label: string;
  /** The button's name for those who do not see what it stands beside. */
  about: string;
  title: string;
  /** On the button that does it. */
  confirm: string;
  canConfirm?: boolean;
  /** Resolves with what to say afterwards. */
  action(): Promise<string>;
  onOpen?: () => void;
  /** What will happen, and what there is to choose. */
  children: ReactNode;
}) => {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [progress, setProgress] = useState<Progress>({ at: 'asking' });
  const isDone = progress.at === 'done';
  const isBusy = progress.at === 'doing';

  const open = () => {
    onOpen?.();
    setProgress({ at: 'asking' });
    setOpen(true);
  };
  const run = () => {
    setProgress({ at: 'doing' });
    action().then(
      said => setProgress({ at: 'done', said }),
      error => setProgress({ at: 'failed', said: toError(error).message }),
    );
  };

  return (
    <>
      <Button
        variant="secondary"
        size="small"
        aria-label={about}
        onPress={open}
      >
        {label}
      </Button>
      <Dialog isOpen={isOpen} onOpenChange={setOpen} width={520}>
        <DialogHeader>{title}</DialogHeader>
        <DialogBody>
          <div className={styles.stack}>
            {isDone ? (
              <Text as="p" role="status">
                {progress.said}
              </Text>
            ) : (
              children
            )}
            {progress.at === 'failed' && (
              <div role="alert">
                <Alert
                  status="danger"
                  icon
                  title={t('action.failed')}
                  description={progress.said}
                />
              </div>
            )}
          </div>
        </DialogBody>
        <DialogFooter>
          <Button variant="secondary" onPress={() => setOpen(false)}>
            {t(isDone ? 'action.done' : 'action.cancel')}
          </Button>
          {!isDone && (
            <Button
              variant="primary"
              onPress={run}
              isDisabled={isBusy || !canConfirm}
              loading={isBusy}
            >
              {confirm}
            </Button>
          )}
        </DialogFooter>
      </Dialog>
    </>
  );
};

import { Rocket } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { countOf } from '@/engine/changes';
import { sameJson } from '@/engine/json';
import { isError, type Problem, useVersion } from '@/features/workflows/facade';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { Skeleton } from '@/ui/skeleton';
import { useEditor, useEditorActions } from '../provider';
import { usePublish } from './api';
import { ChangeList, Tally } from './change-list';
import { useComparison } from './comparison';
import { useGoThere } from './going';
import { ProblemRows } from './problem-rows';

const NOTHING = { nodes: [], edges: [] };
/** Few changes are read at once; many are opened one by one. */
const OPEN_UP_TO = 4;

/** Has everything saved that was typed; says whether it is, or why not. */
function useFlushed() {
  const actions = useEditorActions();
  const [state, setState] = useState<{ isDone: boolean; error: Error | null }>({
    isDone: false,
    error: null,
  });
  useEffect(() => {
    let isCurrent = true;
    const tellIf = (error: Error | null): void => {
      if (isCurrent) setState({ isDone: error === null, error });
    };
    actions.flush().then(
      () => tellIf(null),
      (reason: unknown) => tellIf(reason instanceof Error ? reason : new Error(String(reason))),
    );
    return () => {
      isCurrent = false;
    };
  }, [actions]);
  return state;
}

function What({ older, isFirst }: { older: unknown; isFirst: boolean }) {
  const { t } = useTranslation('versions');
  const raw = useEditor((state) => state.raw);
  const { entries: all, changes } = useComparison(older, raw);
  // At first everything is new: then its nodes tell enough.
  const entries = isFirst ? all.filter(({ kind }) => kind === 'node') : all;
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const isOpenAtFirst = !isFirst && entries.length <= OPEN_UP_TO;
  const open = new Set(
    entries.map(({ key }) => key).filter((key) => toggled.has(key) !== isOpenAtFirst),
  );
  const toggle = (key: string): void => {
    const next = new Set(toggled);
    if (!next.delete(key)) next.add(key);
    setToggled(next);
  };
  return (
    <section aria-label={t('changes')} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <h3 className="font-medium">{isFirst ? t('publish.first') : t('changes')}</h3>
        {!isFirst && <Tally entries={entries} />}
      </div>
      {countOf(changes) === 0 && <p className="text-fg-2">{t('no_changes')}</p>}
      <div className="-mx-2">
        <ChangeList entries={entries} changes={changes} open={open} onToggle={toggle} />
      </div>
    </section>
  );
}

interface FormProps {
  isReady: boolean;
  isSame: boolean;
  onClose: () => void;
}

function usePublishing(note: string, activates: boolean, onClose: () => void) {
  const { t } = useTranslation('versions');
  const { id } = useEditor((state) => state.workflow);
  const revision = useEditor((state) => state.revision);
  const actions = useEditorActions();
  const navigate = useNavigate();
  const publish = usePublish();
  return {
    error: publish.error,
    isPublishing: publish.isPending,
    publish: (): void =>
      publish.mutate(
        { id, revision, note: note.trim(), activates },
        {
          onSuccess: ({ workflow: after, refusal }) => {
            actions.heard(after);
            onClose();
            const number = after.live_version;
            if (refusal === null) tell.done(t('publish.done', { number }));
            else
              tell.ask('inactive', t('publish.inactive', { number }), refusal.message, {
                label: t('publish.to_webhooks'),
                onClick: () => void navigate('/webhooks'),
              });
          },
        },
      ),
  };
}

function Form({ isReady, isSame, onClose }: FormProps) {
  const { t } = useTranslation(['versions', 'common']);
  const workflow = useEditor((state) => state.workflow);
  const problems = useEditor((state) => state.problems);
  const [note, setNote] = useState('');
  const [activates, setActivates] = useState(workflow.live_version === null);
  const { publish, isPublishing, error } = usePublishing(note, activates, onClose);
  const isConflict = error instanceof ApiError && error.status === 412;
  const isBlocked = problems.some(isError);
  const hindrance = isBlocked
    ? t('publish.blocked')
    : isSame
      ? t('publish.same', { number: workflow.live_version })
      : undefined;
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && hindrance === undefined && !isPublishing) publish();
      }}
    >
      <div className="flex flex-col gap-3 border-line border-t px-5 py-3">
        {error !== null && (
          <FormError>{isConflict ? t('publish.conflict') : error.message}</FormError>
        )}
        <TextField
          label={t('publish.note')}
          placeholder={t('publish.note_hint')}
          value={note}
          maxLength={2_000}
          autoComplete="off"
          onChange={(event) => setNote(event.target.value)}
        />
        {!workflow.is_active && (
          <label className="flex min-h-6 items-center gap-2">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={activates}
              onChange={(event) => setActivates(event.target.checked)}
            />
            {t('publish.activate')}
          </label>
        )}
      </div>
      <DialogActions>
        {hindrance !== undefined && <p className="mr-auto text-fg-3 text-xs">{hindrance}</p>}
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          type="submit"
          look="primary"
          isBusy={isPublishing || !isReady}
          disabled={hindrance !== undefined}
        >
          <Rocket aria-hidden />
          {activates && !workflow.is_active ? t('publish.submit_active') : t('publish.submit')}
        </Button>
      </DialogActions>
    </form>
  );
}

/** What publishing would change, what keeps it from happening, and the last step: with a note, and switched on at first. */
export default function PublishSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('versions');
  const workflow = useEditor((state) => state.workflow);
  const raw = useEditor((state) => state.raw);
  const problems = useEditor((state) => state.problems);
  const flushed = useFlushed();
  const live = useVersion(workflow.id, workflow.live_version);
  const go = useGoThere();
  const isFirst = workflow.live_version === null;
  const older = isFirst ? NOTHING : live.data?.definition;
  const isReady = flushed.isDone && (older !== undefined || live.error !== null);
  const leave = (problem: Problem): void => {
    onClose();
    go(problem);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('publish.title', { name: workflow.name })}
      description={
        isFirst ? t('publish.says_first') : t('publish.says', { number: workflow.live_version })
      }
      isWide
    >
      <DialogBody>
        {flushed.error !== null && (
          <FormError>{t('publish.unsaved', { reason: flushed.error.message })}</FormError>
        )}
        {live.error !== null && <FormError>{live.error.message}</FormError>}
        <ProblemRows problems={problems} onGo={leave} />
        {older === undefined ? (
          live.error === null && <Skeleton className="h-24 w-full" />
        ) : (
          <What older={older} isFirst={isFirst} />
        )}
      </DialogBody>
      <Form
        isReady={isReady}
        isSame={!isFirst && older !== undefined && sameJson(older, raw)}
        onClose={onClose}
      />
    </Dialog>
  );
}

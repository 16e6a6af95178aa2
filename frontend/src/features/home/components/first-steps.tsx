import { FileUp, Plus, Sparkles } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FileImport, useNewWorkflow } from '@/features/workflows/facade';
import { Button } from '@/ui/button';

const STEPS = ['make', 'publish', 'watch'] as const;

function Step({ at, title, children }: { at: number; title: string; children: ReactNode }) {
  return (
    <li className="flex gap-4">
      <span className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent text-xs tabular-nums">
        {at}
      </span>
      <div className="min-w-0">
        <h3 className="font-medium">{title}</h3>
        <p className="mt-0.5 text-pretty text-fg-2">{children}</p>
      </div>
    </li>
  );
}

/** For a tenant that has no workflow yet: the first step, and what comes after it. */
export function FirstSteps({ mayCreate }: { mayCreate: boolean }) {
  const { t } = useTranslation(['home', 'workflows']);
  const { create, createExample, isCreating } = useNewWorkflow();
  return (
    <section
      aria-label={t('first.title')}
      className="rounded-xl border border-line bg-panel p-6 shadow-1 sm:p-8"
    >
      <h2 className="font-semibold text-lg">{t('first.title')}</h2>
      <p className="mt-1 max-w-[60ch] text-pretty text-fg-2">{t('first.says')}</p>
      {mayCreate ? (
        <div className="mt-5 flex flex-wrap gap-2">
          <Button look="primary" size="lg" isBusy={isCreating} onClick={create}>
            <Plus aria-hidden />
            {t('workflows:new')}
          </Button>
          <Button size="lg" disabled={isCreating} onClick={createExample}>
            <Sparkles aria-hidden />
            {t('workflows:empty_example')}
          </Button>
          <FileImport isOn>
            {(open) => (
              <Button size="lg" onClick={open}>
                <FileUp aria-hidden />
                {t('first.import')}
              </Button>
            )}
          </FileImport>
        </div>
      ) : (
        <p className="mt-4 text-fg-3">{t('first.ask')}</p>
      )}
      <ol className="mt-8 grid gap-5 border-line border-t pt-6 sm:grid-cols-3">
        {STEPS.map((name, index) => (
          <Step key={name} at={index + 1} title={t(`first.${name}_title`)}>
            {t(`first.${name}`)}
          </Step>
        ))}
      </ol>
    </section>
  );
}

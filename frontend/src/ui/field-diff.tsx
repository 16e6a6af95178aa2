import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldChange } from '@/engine/field-changes';
import { cn } from '@/lib/cn';

const SHOWN_LINES = 8;
const SHOWN_CHARACTERS = 600;

/** A text as it is; anything else as JSON. */
const written = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2);

function cut(text: string): string {
  return text.split('\n').slice(0, SHOWN_LINES).join('\n').slice(0, SHOWN_CHARACTERS);
}

interface SideProps {
  value: unknown;
  isNew: boolean;
}

function Side({ value, isNew }: SideProps) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const text = written(value);
  const short = cut(text);
  return (
    <div className={cn('flex gap-2 px-2.5 py-1.5', isNew ? 'bg-ok-soft' : 'bg-bad-soft')}>
      <span className={cn('select-none font-mono text-xs', isNew ? 'text-ok' : 'text-bad')}>
        <span aria-hidden>{isNew ? '+' : '−'}</span>
        <span className="sr-only">{isNew ? t('diff.after') : t('diff.before')}</span>
      </span>
      <div className="min-w-0 flex-1">
        <pre className="whitespace-pre-wrap break-words font-mono text-xs leading-5">
          {text === '' ? (
            <span className="text-fg-3 italic">{t('diff.empty')}</span>
          ) : isWhole ? (
            text
          ) : (
            short
          )}
        </pre>
        {short !== text && !isWhole && (
          <button
            type="button"
            className="min-h-6 font-medium text-accent text-xs hover:underline"
            onClick={() => setWhole(true)}
          >
            {t('json.whole')}
          </button>
        )}
      </div>
    </div>
  );
}

interface FieldDiffProps {
  change: Pick<FieldChange, 'before' | 'after'>;
  /** How the place is called; `''`: it is the value itself. */
  name: string;
}

/** One place that differs: what stood there above what stands there. */
export function FieldDiff({ change, name }: FieldDiffProps) {
  return (
    <div className="overflow-hidden rounded-md border border-line">
      {name !== '' && (
        <p className="border-line border-b bg-sunken px-2.5 py-1 font-mono text-2xs text-fg-2">
          {name}
        </p>
      )}
      {change.before !== undefined && <Side value={change.before} isNew={false} />}
      {change.after !== undefined && <Side value={change.after} isNew />}
    </div>
  );
}

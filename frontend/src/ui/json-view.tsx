import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { entriesOf, glimpseOf, kindOf, REDACTED } from '@/engine/json';
import { cn } from '@/lib/cn';

const OPEN_DEPTH = 2;
const SHOWN_ENTRIES = 100;
const SHOWN_CHARACTERS = 2_000;

const COLOURS: Record<string, string> = {
  string: 'text-ok',
  number: 'text-run',
  boolean: 'text-accent',
  null: 'text-fg-3',
};

function Leaf({ value }: { value: unknown }) {
  if (value === REDACTED)
    return <span className="rounded-sm bg-warn-soft px-1 text-warn">{REDACTED}</span>;
  const text = JSON.stringify(value);
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return <span className={cn('break-words', COLOURS[kindOf(value)])}>{shown}</span>;
}

interface BranchProps {
  name: string;
  value: unknown;
  depth: number;
}

function Entries({ value, depth }: { value: unknown; depth: number }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(SHOWN_ENTRIES);
  const entries = entriesOf(value);
  return (
    <ul className={cn(depth > 0 && 'ml-[7px] border-line border-l pl-3')}>
      {entries.slice(0, shown).map(([key, item]) => (
        <Branch key={key} name={key} value={item} depth={depth} />
      ))}
      {entries.length > shown && (
        <li>
          <button
            type="button"
            className="min-h-6 text-accent hover:underline"
            onClick={() => setShown(shown + SHOWN_ENTRIES)}
          >
            {t('json.more', { count: entries.length - shown })}
          </button>
        </li>
      )}
    </ul>
  );
}

function Branch({ name, value, depth }: BranchProps) {
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
  const kind = kindOf(value);
  const size = entriesOf(value).length;
  if ((kind !== 'object' && kind !== 'array') || size === 0) {
    return (
      <li className="min-w-0 pl-4">
        <span className="text-fg-2">{name}: </span>
        {size === 0 && (kind === 'object' || kind === 'array') ? (
          <span className="text-fg-3">{kind === 'array' ? '[]' : '{}'}</span>
        ) : (
          <Leaf value={value} />
        )}
      </li>
    );
  }
  return (
    <li className="min-w-0">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-6 max-w-full items-center rounded-sm text-fg-2 hover:text-fg"
      >
        <ChevronRight
          className={cn('mr-0.5 size-3.5 shrink-0 text-fg-3', isOpen && 'rotate-90')}
          aria-hidden
        />
        <span className="max-w-full shrink-0 truncate">{name}</span>
        <span className="ml-1.5 shrink-0 text-fg-3">
          {kind === 'array' ? `[${size}]` : `{${size}}`}
        </span>
        {!isOpen && <span className="ml-2 min-w-0 truncate text-fg-3">{glimpseOf(value)}</span>}
      </button>
      {isOpen && <Entries value={value} depth={depth + 1} />}
    </li>
  );
}

/** A value as a tree whose branches open and close; long lists come in hundreds. */
export function JsonTree({ value }: { value: unknown }) {
  const kind = kindOf(value);
  const isEmpty = (kind === 'object' || kind === 'array') && entriesOf(value).length === 0;
  return (
    <div className="font-mono text-xs leading-5">
      {isEmpty ? (
        <span className="text-fg-3">{kind === 'array' ? '[]' : '{}'}</span>
      ) : kind === 'object' || kind === 'array' ? (
        <Entries value={value} depth={0} />
      ) : (
        <Leaf value={value} />
      )}
    </div>
  );
}

const SHOWN_TEXT = 200_000;

/** A value as the text that travels, indented; beyond 200,000 characters the rest waits for a click. */
export function JsonText({ value }: { value: unknown }) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const text = useMemo(() => JSON.stringify(value, null, 2), [value]);
  const isCut = text.length > SHOWN_TEXT && !isWhole;
  return (
    <>
      <pre className="whitespace-pre-wrap break-words font-mono text-xs leading-5">
        {isCut ? text.slice(0, SHOWN_TEXT) : text}
      </pre>
      {isCut && (
        <button
          type="button"
          className="min-h-6 text-accent text-xs hover:underline"
          onClick={() => setWhole(true)}
        >
          {t('json.whole')}
        </button>
      )}
    </>
  );
}

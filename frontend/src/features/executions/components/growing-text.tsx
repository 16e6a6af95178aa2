import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Growth } from '@/engine/growth';

/** What a step has said so far. Its end stays in sight, as it is the end that grows. */
export default function GrowingText({ title, growth }: { title: string; growth: Growth }) {
  const { t } = useTranslation('executions');
  const box = useRef<HTMLDivElement>(null);
  const isCut = growth.text.length < growth.length;
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [growth]);
  return (
    <section aria-label={title} aria-busy className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex h-10 shrink-0 items-center gap-2 px-4">
        <h3 className="font-semibold">{title}</h3>
        <span className="ml-auto text-fg-3 text-xs tabular-nums">
          {t('detail.growing', { count: growth.length })}
        </span>
      </header>
      <div
        ref={box}
        className="min-h-0 flex-1 overflow-auto px-4 pb-4"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="region"
        aria-label={title}
      >
        <p className="whitespace-pre-wrap break-words">
          {isCut && <span className="text-fg-3">… </span>}
          {growth.text}
        </p>
      </div>
    </section>
  );
}

import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ExecutionGroup, RecentGroup, useFinding, WorkflowGroup } from './palette-found';
import { ActionGroup, HereGroup, PageGroup } from './palette-groups';

interface PaletteProps {
  onClose: () => void;
  onShortcuts: () => void;
}

export default function Palette({ onClose, onShortcuts }: PaletteProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const finding = useFinding(query);
  const go = (to: string): void => {
    onClose();
    void navigate(to);
  };
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="veil fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          aria-describedby={undefined}
          className="pop fixed top-[14dvh] left-1/2 z-50 w-[min(560px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-raised shadow-2 outline-none"
        >
          <Radix.Title className="sr-only">{t('palette.title')}</Radix.Title>
          <Command label={t('palette.title')} loop>
            <div className="flex h-12 items-center gap-2.5 border-line border-b px-4">
              <Search className="size-4 shrink-0 text-fg-3" aria-hidden />
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder={t('palette.placeholder')}
                className="h-full min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-fg-3"
              />
            </div>
            <Command.List className="max-h-[min(380px,60dvh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-2 py-8 text-center text-fg-2">
                {finding === 'finding' && t('palette.finding')}
                {finding === 'failed' && t('palette.failed')}
                {finding === 'found' && t('palette.empty', { query })}
              </Command.Empty>
              {query === '' && <RecentGroup go={go} />}
              <HereGroup onClose={onClose} />
              <PageGroup go={go} />
              <WorkflowGroup query={query} go={go} />
              <ExecutionGroup query={query} go={go} />
              <ActionGroup onClose={onClose} onShortcuts={onShortcuts} />
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

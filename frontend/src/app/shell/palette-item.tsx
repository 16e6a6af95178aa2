import { Command } from 'cmdk';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ShortcutId } from '@/lib/keys';
import { Kbd } from '@/ui/kbd';

const GROUP =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-fg-3';

/** Items under a heading; the group is gone where none of them fits what was typed. */
export const PaletteGroup = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group heading={heading} className={GROUP}>
    {children}
  </Command.Group>
);

interface PaletteItemProps {
  icon: LucideIcon;
  /** Distinguishes items of the same name. */
  value: string;
  /** What it is found by, beside the value. */
  keywords?: string[];
  detail?: ReactNode;
  shortcut?: ShortcutId | undefined;
  onSelect: () => void;
  children: ReactNode;
}

export function PaletteItem(props: PaletteItemProps) {
  const { icon: Icon, value, keywords, detail, shortcut, onSelect, children } = props;
  return (
    <Command.Item
      value={value}
      {...(keywords === undefined ? {} : { keywords })}
      onSelect={onSelect}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover"
    >
      <Icon className="size-4 shrink-0 text-fg-3" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {detail !== undefined && <span className="shrink-0 text-fg-3 text-xs">{detail}</span>}
      {shortcut !== undefined && <Kbd id={shortcut} />}
    </Command.Item>
  );
}

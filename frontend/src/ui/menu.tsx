import { Check } from 'lucide-react';
import { cloneElement, lazy, type ReactNode, Suspense, useState } from 'react';
import { cn } from '@/lib/cn';
import { type MenuProps, useParts } from './menu-parts';

const loadPanel = () => import('./menu-panel');
const MenuPanel = lazy(loadPanel);

const ITEM =
  'flex h-8 cursor-default select-none items-center gap-2 rounded-md px-2 outline-none data-[disabled]:text-fg-3 data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:text-fg-3';

/** At rest a plain button; what draws the menu is fetched when a pointer or focus comes near. */
export function Menu(props: MenuProps) {
  const [hasOpened, setOpened] = useState(false);
  const preload = (): void => void loadPanel();
  const atRest = cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onClick: () => setOpened(true),
    onPointerEnter: preload,
    onFocus: preload,
  });
  if (!hasOpened) return atRest;
  return (
    <Suspense fallback={atRest}>
      <MenuPanel {...props} />
    </Suspense>
  );
}

interface MenuItemProps {
  onSelect: () => void;
  isDisabled?: boolean;
  /** It may take more than one line. */
  isTall?: boolean;
  children: ReactNode;
}

export function MenuItem({
  onSelect,
  isDisabled = false,
  isTall = false,
  children,
}: MenuItemProps) {
  const { Item } = useParts();
  return (
    <Item
      className={cn(ITEM, isTall && 'h-auto min-h-8 items-start py-1.5')}
      disabled={isDisabled}
      onSelect={onSelect}
    >
      {children}
    </Item>
  );
}

/** An item that downloads what an address of the server gives. */
export function MenuDownload({ href, children }: { href: string; children: ReactNode }) {
  const { Item } = useParts();
  return (
    <Item className={ITEM} asChild>
      <a href={href} download>
        {children}
      </a>
    </Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  const { Label } = useParts();
  return <Label className="px-2 pt-2 pb-1 font-medium text-2xs text-fg-3">{children}</Label>;
}

export function MenuSeparator() {
  const { Separator } = useParts();
  return <Separator className="my-1 h-px bg-line" />;
}

interface MenuChoiceProps<T extends string> {
  value: T;
  options: readonly { value: T; label: string; icon?: ReactNode }[];
  onChoose: (value: T) => void;
}

/** Radio items: exactly one is chosen. */
export function MenuChoice<T extends string>({ value, options, onChoose }: MenuChoiceProps<T>) {
  const { RadioGroup, RadioItem, ItemIndicator } = useParts();
  return (
    <RadioGroup value={value} onValueChange={(next) => onChoose(next as T)}>
      {options.map((option) => (
        <RadioItem key={option.value} value={option.value} className={ITEM}>
          {option.icon}
          <span className="min-w-0 flex-1 truncate">{option.label}</span>
          <ItemIndicator>
            <Check aria-hidden />
          </ItemIndicator>
        </RadioItem>
      ))}
    </RadioGroup>
  );
}

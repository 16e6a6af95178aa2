import { DropdownMenu as Radix } from 'radix-ui';
import { MenuParts, type MenuProps } from './menu-parts';

export const MENU_PARTS = {
  Item: Radix.Item,
  Label: Radix.Label,
  Separator: Radix.Separator,
  RadioGroup: Radix.RadioGroup,
  RadioItem: Radix.RadioItem,
  ItemIndicator: Radix.ItemIndicator,
};

/** The menu itself. Loaded on first use: it brings a positioning library of 18 kB. */
export default function MenuPanel({ trigger, align, side, className, children }: MenuProps) {
  return (
    <Radix.Root defaultOpen modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align ?? 'start'}
          side={side ?? 'bottom'}
          sideOffset={6}
          collisionPadding={8}
          className={`pop z-50 min-w-52 rounded-lg border border-line bg-raised p-1 shadow-2 ${className ?? ''}`}
        >
          <MenuParts value={MENU_PARTS}>{children}</MenuParts>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

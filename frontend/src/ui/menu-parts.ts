import type { DropdownMenu } from 'radix-ui';
import { createContext, type ReactElement, type ReactNode, use } from 'react';

type Parts = Pick<
  typeof DropdownMenu,
  'Item' | 'Label' | 'Separator' | 'RadioGroup' | 'RadioItem' | 'ItemIndicator'
>;

/** What a menu is built of; there is one only inside an open menu. */
export const MenuParts = createContext<Parts | null>(null);

export function useParts(): Parts {
  const parts = use(MenuParts);
  if (parts === null) throw new Error('a menu item stands outside of a menu');
  return parts;
}

interface TriggerProps {
  'aria-haspopup'?: 'menu';
  'aria-expanded'?: boolean;
  onClick?: () => void;
  onPointerEnter?: () => void;
  onFocus?: () => void;
}

export interface MenuProps {
  /** One button: it becomes the menu's own. */
  trigger: ReactElement<TriggerProps>;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  className?: string;
  children: ReactNode;
}

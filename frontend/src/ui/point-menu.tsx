import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { MENU_PARTS } from './menu-panel';
import { MenuParts } from './menu-parts';

interface PointMenuProps {
  /** In the window. */
  at: { x: number; y: number };
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** A menu at the pointer. */
export default function PointMenu({ at, label, onClose, children }: PointMenuProps) {
  return (
    <Radix.Root open modal={false} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Trigger asChild>
        <span aria-hidden className="fixed size-px" style={{ left: at.x, top: at.y }} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align="start"
          sideOffset={2}
          collisionPadding={8}
          className="pop z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-60 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-2"
          onContextMenu={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <MenuParts value={MENU_PARTS}>{children}</MenuParts>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface DrawerProps {
  onClose: () => void;
  children: ReactNode;
}

/** The sidebar on a phone: it comes in from the left and leaves after a choice. */
export default function Drawer({ onClose, children }: DrawerProps) {
  const { t } = useTranslation();
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="veil fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          aria-describedby={undefined}
          className="sheet fixed inset-y-0 left-0 z-50 w-[264px] border-line border-r bg-bg shadow-2 outline-none"
        >
          <Radix.Title className="sr-only">{t('nav.label')}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

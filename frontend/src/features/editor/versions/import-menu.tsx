import { lazy, Suspense } from 'react';
import { FileImport } from '@/features/workflows/facade';
import { Menu } from '@/ui/menu';
import { useAdding } from './adding';
import { MoreButton } from './more-button';

const MoreItems = lazy(() => import('./more-items'));

interface ImportMenuProps {
  /** What is dropped on the page is taken. */
  isOn: boolean;
  onShare: () => void;
  onJson: () => void;
}

/** The menu of what is seldom done; and it takes files that are dropped anywhere on the page. */
export default function ImportMenu({ isOn, onShare, onJson }: ImportMenuProps) {
  const add = useAdding();
  return (
    <FileImport isOn={isOn} onAdd={add}>
      {(onImport) => (
        <Menu align="end" trigger={<MoreButton />}>
          <Suspense>
            <MoreItems onShare={onShare} onJson={onJson} onImport={onImport} />
          </Suspense>
        </Menu>
      )}
    </FileImport>
  );
}

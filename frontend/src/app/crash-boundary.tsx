import { RotateCw, TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';

function Crashed() {
  const { t } = useTranslation();
  return (
    <Notice icon={TriangleAlert} title={t('failure.crash_title')} text={t('failure.crash')}>
      <Button look="primary" onClick={() => location.reload()}>
        <RotateCw aria-hidden />
        {t('failure.reload')}
      </Button>
    </Notice>
  );
}

interface CrashBoundaryProps {
  children: ReactNode;
}

/** Keeps a broken page from taking the shell with it. Given a new `key`, it tries again. */
export class CrashBoundary extends Component<CrashBoundaryProps, { hasCrashed: boolean }> {
  override state = { hasCrashed: false };

  static getDerivedStateFromError(): { hasCrashed: boolean } {
    return { hasCrashed: true };
  }

  override render(): ReactNode {
    return this.state.hasCrashed ? <Crashed /> : this.props.children;
  }
}

import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Gate, useMe } from '@/features/accounts/facade';
import { facts, type Theme } from '@/lib/facts';
import { useLetterKeys } from '@/lib/keys';
import { leave } from '@/lib/leave';
import { useTheme } from '@/lib/theme';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { Panel, PanelBody } from '@/ui/panel';
import { Segmented } from '@/ui/segmented';
import { ToggleRow } from '@/ui/toggle-row';
import { CorsPanel } from './cors-panel';
import { SecurityPanel } from './security-panel';
import { SettingsTabs } from './settings-tabs';
import { TenantPanel } from './tenant-panel';
import { UsagePanel } from './usage-panel';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** How the screen looks and listens; it is kept in this browser. */
function ScreenPanel() {
  const { t } = useTranslation(['settings', 'common']);
  const { theme, choose } = useTheme();
  const letters = useLetterKeys();
  return (
    <Panel title={t('screen.title')} text={t('screen.text')}>
      <div className="flex items-center gap-4">
        <span className="min-w-0 flex-1 font-medium" aria-hidden>
          {t('screen.theme')}
        </span>
        <Segmented
          label={t('screen.theme')}
          value={theme}
          options={THEMES.map((value) => ({ value, label: t(`common:user.${value}`) }))}
          onChoose={choose}
        />
      </div>
      <ToggleRow
        label={t('screen.letters')}
        text={t('screen.letters_hint')}
        isOn={letters.areOn}
        onToggle={letters.set}
      />
    </Panel>
  );
}

/** A tenant is deleted where people sign in, because it asks once more who they are. */
function LeavePanel() {
  const { t } = useTranslation('settings');
  const isOwner = useMe().data?.role === 'owner';
  const why = isOwner ? undefined : t('leave.why');
  return (
    <Panel title={t('leave.title')} text={t('leave.text')}>
      <div>
        <Button look="danger" why={why} onClick={() => leave.to(`${facts.public_url}/account`)}>
          <Trash2 aria-hidden />
          {t('leave.go')}
        </Button>
        {why !== undefined && <p className="mt-1.5 text-fg-3 text-xs">{why}</p>}
      </div>
    </Panel>
  );
}

/** What is set for the whole tenant, and what this browser keeps. */
export default function SettingsPage() {
  const { t } = useTranslation('settings');
  useTitle(t('title'));
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader
        title={
          <>
            <h1 className="sr-only">{t('title')}</h1>
            <SettingsTabs />
          </>
        }
      />
      <PanelBody>
        <TenantPanel />
        <Gate permission="tenant.read">
          <UsagePanel />
          <SecurityPanel />
          <CorsPanel />
        </Gate>
        <ScreenPanel />
        <LeavePanel />
      </PanelBody>
    </div>
  );
}

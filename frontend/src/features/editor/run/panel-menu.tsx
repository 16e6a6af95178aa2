import { ExternalLink, EyeOff } from 'lucide-react';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Execution } from '@/features/executions/facade';
import { Kbd } from '@/ui/kbd';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu';
import { useShownId } from './shown';
import { PANES, run, USUAL, useRun } from './store';

const HEIGHTS = { small: 180, usual: USUAL, large: 460 } as const;
type Size = keyof typeof HEIGHTS;

interface PanelMenuProps {
  execution: Execution | undefined;
  trigger: ComponentProps<typeof Menu>['trigger'];
}

/** The panel's size and its panes, for whoever does not drag; and the ways from here to the execution. */
export function PanelMenu({ execution, trigger }: PanelMenuProps) {
  const { t } = useTranslation('run');
  const navigate = useNavigate();
  const [, show] = useShownId();
  const height = useRun((state) => state.height);
  const closed = useRun((state) => state.closed);
  const sizes = Object.keys(HEIGHTS) as Size[];
  const size = sizes.find((one) => HEIGHTS[one] === height);
  return (
    <Menu align="end" side="top" className="w-60" trigger={trigger}>
      <MenuLabel>{t('panel.height')}</MenuLabel>
      <MenuChoice
        value={size ?? ('' as Size)}
        options={sizes.map((one) => ({ value: one, label: t(`panel.${one}`) }))}
        onChoose={(one) => {
          run.open(true);
          run.resize(HEIGHTS[one]);
        }}
      />
      <MenuSeparator />
      <MenuLabel>{t('panes.label')}</MenuLabel>
      {PANES.map((pane) => (
        <MenuItem key={pane} onSelect={() => run.turnPane(pane)}>
          {t(closed.has(pane) ? 'panes.show' : 'panes.hide', { name: t(`panes.${pane}`) })}
          {pane !== 'config' && <Kbd id={`${pane}_pane`} className="ml-auto" />}
        </MenuItem>
      ))}
      {execution !== undefined && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={() => void navigate(`/executions/${execution.id}`)}>
            <ExternalLink aria-hidden />
            {t('panel.open_page')}
          </MenuItem>
          <MenuItem onSelect={() => show(null)}>
            <EyeOff aria-hidden />
            {t('panel.show_none')}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

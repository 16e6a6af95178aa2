import { CirclePause, CircleSlash, Radio, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '@/ui/badge';
import type { Webhook } from '../api';
import { type State, stateOf } from '../state';

const LOOKS: Record<State, { tone: Tone; icon: typeof Radio }> = {
  listening: { tone: 'ok', icon: Radio },
  paused: { tone: 'warn', icon: CirclePause },
  inactive: { tone: 'neutral', icon: CircleSlash },
  secret_missing: { tone: 'bad', icon: TriangleAlert },
};

/** Whether a webhook takes deliveries; why not, on hover. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const state = stateOf(webhook);
  const { tone, icon: Icon } = LOOKS[state];
  return (
    <span title={t(`state_hint.${state}`)} className="inline-flex">
      <Badge tone={tone}>
        <Icon aria-hidden />
        {t(`state.${state}`)}
      </Badge>
    </span>
  );
}

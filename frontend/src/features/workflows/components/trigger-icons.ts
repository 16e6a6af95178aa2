import { Clock3, MousePointerClick, Webhook } from 'lucide-react';

export const TRIGGER_ICONS = {
  webhook: Webhook,
  schedule: Clock3,
  manual: MousePointerClick,
} as const;

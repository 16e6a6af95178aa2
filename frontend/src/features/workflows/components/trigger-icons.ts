import { Clock3, LogIn, MousePointerClick, TriangleAlert, Webhook } from 'lucide-react';

export const TRIGGER_ICONS = {
  webhook: Webhook,
  schedule: Clock3,
  manual: MousePointerClick,
  sub_workflow: LogIn,
  error: TriangleAlert,
} as const;

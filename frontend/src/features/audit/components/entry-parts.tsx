import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '@/ui/badge';
import type { Entry } from '../api';

const TONES: Record<Entry['severity'], Tone> = {
  info: 'neutral',
  warning: 'warn',
  error: 'bad',
  critical: 'bad',
};

/** By whom, in words: a person, a key of theirs, an operator, nobody known, or the program itself. */
export function useActorWords() {
  const { t } = useTranslation('audit');
  return ({ kind, email }: Entry['actor']): string => {
    if (kind === 'api_key' || kind === 'operator') return t(`actor.${kind}`, { email });
    if (kind === 'user') return email;
    return t(kind === 'system' ? 'actor.system' : 'actor.anonymous');
  };
}

/** How it went and how grave it is; what went as it should says nothing. */
export function Marks({ entry }: { entry: Pick<Entry, 'outcome' | 'severity'> }) {
  const { t } = useTranslation('audit');
  return (
    <>
      {entry.outcome === 'failure' && <Badge tone="bad">{t('outcome.failure')}</Badge>}
      {entry.severity !== 'info' && (
        <Badge tone={TONES[entry.severity]}>{t(`severity.${entry.severity}`)}</Badge>
      )}
    </>
  );
}

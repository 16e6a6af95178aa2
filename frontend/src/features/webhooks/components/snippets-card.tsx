import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { memory } from '@/lib/storage';
import { Card } from '@/ui/card';
import { CodeBlock } from '@/ui/code-block';
import { Segmented } from '@/ui/segmented';
import type { Webhook } from '../api';
import { curlOf } from '../snippets/curl';
import { goOf } from '../snippets/go';
import { javascriptOf } from '../snippets/javascript';
import { pythonOf } from '../snippets/python';
import type { Target } from '../snippets/target';

const WRITERS = {
  curl: curlOf,
  python: pythonOf,
  javascript: javascriptOf,
  go: goOf,
} satisfies Record<string, (target: Target) => string>;

type Language = keyof typeof WRITERS;

const LANGUAGES = Object.keys(WRITERS) as Language[];
const MEMORY = 'snippet-language';

/** Code that sends what this webhook accepts, with its real settings and without its secret. */
export function SnippetsCard({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const remembered = LANGUAGES.find((one) => one === memory.get(MEMORY));
  const [language, setLanguage] = useState<Language>(remembered ?? 'curl');
  const choose = (next: Language): void => {
    memory.set(MEMORY, next);
    setLanguage(next);
  };
  return (
    <Card
      title={t('snippets.title')}
      action={
        <Segmented
          label={t('snippets.language')}
          value={language}
          onChoose={choose}
          options={LANGUAGES.map((one) => ({ value: one, label: t(`snippets.${one}`) }))}
        />
      }
    >
      <CodeBlock code={WRITERS[language](webhook)} copyLabel={t('snippets.copy')} />
      {webhook.auth_type !== 'none' && <p className="text-fg-3 text-xs">{t('snippets.hint')}</p>}
    </Card>
  );
}

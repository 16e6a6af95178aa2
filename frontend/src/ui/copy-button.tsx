import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '@/lib/clipboard';
import { Button } from './button';

interface CopyButtonProps {
  /** Called on click, so that large values are written out only then. */
  text: () => string;
  label: string;
  className?: string;
}

export function CopyButton({ text, label, className }: CopyButtonProps) {
  const { t } = useTranslation();
  const { isCopied, copy } = useCopy();
  return (
    <Button
      look="quiet"
      size="icon-sm"
      className={className}
      aria-label={isCopied ? t('copied') : label}
      title={label}
      onClick={() => copy(text())}
    >
      {isCopied ? <Check className="text-ok" aria-hidden /> : <Copy aria-hidden />}
    </Button>
  );
}

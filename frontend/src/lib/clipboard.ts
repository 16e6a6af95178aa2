import { useState } from 'react';

const SHOWN_MS = 1_600;

/** Copies text and remembers for a moment that it did. Needs a secure context, as every browser demands. */
export function useCopy(): { isCopied: boolean; copy: (text: string) => void } {
  const [isCopied, setCopied] = useState(false);
  const copy = (text: string): void => {
    const clipboard = (navigator as { clipboard?: Clipboard }).clipboard;
    void clipboard?.writeText(text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), SHOWN_MS);
      },
      () => setCopied(false),
    );
  };
  return { isCopied, copy };
}

import { useState } from 'react';

/**
 * The wires of a field whose value stands in the address. The address follows a moment later, and a letter that is typed
 * in between would be lost; so while somebody is in the field, the field itself knows what was typed.
 */
export function useTyped(value: string, onType: (typed: string) => void) {
  const [typed, setTyped] = useState<string | null>(null);
  return {
    value: typed ?? value,
    type: (next: string): void => {
      setTyped(next);
      onType(next);
    },
    onFocus: () => setTyped(value),
    onBlur: () => setTyped(null),
  };
}

import type { Mode } from '../model/paths';

export interface ExpressionInputProps {
  value: string;
  mode: Mode;
  placeholder?: string;
  language?: string;
  /** Whether credentials may be read in it. */
  takesSecrets?: boolean;
  /** Where its expression is wrong. */
  fault?: { from: number; to: number } | null;
  className?: string;
  onChange: (value: string) => void;
  onFocus?: () => void;
  onBlur?: () => void;
}

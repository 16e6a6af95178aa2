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
  /** It appears because somebody writes: it has the focus at once, behind what is there. */
  isEntered?: boolean;
  onChange: (value: string) => void;
  onFocus?: () => void;
  onBlur?: () => void;
}

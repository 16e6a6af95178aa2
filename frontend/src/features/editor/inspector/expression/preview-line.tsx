import { useState } from 'react';
import type { Mode } from '../model/paths';

export interface Preview {
  fault: { from: number; to: number } | null;
  start: () => void;
  stop: () => void;
  isOn: boolean;
}

/** What a field gives with past data, while it is written. */
export function usePreviewOf(_mode: Mode, _value: unknown): Preview {
  const [isOn, setOn] = useState(false);
  return { fault: null, start: () => setOn(true), stop: () => setOn(false), isOn };
}

export function PreviewLine(_: { preview: Preview }) {
  return null;
}

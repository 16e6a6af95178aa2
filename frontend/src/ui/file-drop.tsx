import { FileDown } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

interface FileDropProps {
  /** Said while a file is held over the page. */
  label: string;
  isOn: boolean;
  onFile: (file: File) => void;
}

const holdsFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes('Files') ?? false;

/** Takes a file that is dropped anywhere on the page; shows so while one is held over it. */
export function FileDrop({ label, isOn, onFile }: FileDropProps) {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFile);
  useEffect(() => {
    latest.current = onFile;
  });
  useEffect(() => {
    if (!isOn) return undefined;
    // Entering a child comes before leaving its parent, so both are counted.
    let depth = 0;
    const count = (by: number) => (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth = Math.max(0, depth + by);
      setOver(depth > 0);
    };
    const enter = count(1);
    const leave = count(-1);
    const over = (event: DragEvent): void => {
      if (holdsFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      const file = holdsFiles(event) ? event.dataTransfer?.files[0] : undefined;
      depth = 0;
      setOver(false);
      if (file === undefined) return;
      event.preventDefault();
      latest.current(file);
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, [isOn]);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-3 z-50 grid place-items-center rounded-xl border-2 border-accent border-dashed bg-accent-soft/90">
      <p className="flex items-center gap-2 font-semibold text-accent text-lg">
        <FileDown className="size-5" aria-hidden />
        {label}
      </p>
    </div>
  );
}

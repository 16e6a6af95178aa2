import { useUi } from './ui';

/** Says politely what happened. */
export function Announcer() {
  const said = useUi((state) => state.said);
  return (
    <output aria-live="polite" className="sr-only">
      {said}
    </output>
  );
}

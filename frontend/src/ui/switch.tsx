interface SwitchProps {
  label: string;
  isOn: boolean;
  isDisabled?: boolean;
  /** What it does, or why it does nothing. */
  hint?: string;
  onToggle: (isOn: boolean) => void;
}

/** Something that is on or off, and changes at once. One that does nothing keeps the focus, and says why. */
export const Switch = ({ label, isOn, isDisabled = false, hint, onToggle }: SwitchProps) => (
  <button
    type="button"
    role="switch"
    aria-checked={isOn}
    aria-label={label}
    aria-disabled={isDisabled || undefined}
    title={hint}
    onClick={() => !isDisabled && onToggle(!isOn)}
    className="group inline-flex h-6 w-9 shrink-0 items-center aria-disabled:cursor-not-allowed aria-disabled:opacity-50"
  >
    <span className="h-5 w-9 rounded-full bg-line-strong p-0.5 transition-colors duration-120 group-aria-checked:bg-accent">
      <span className="block size-4 rounded-full bg-accent-fg shadow-1 transition-transform duration-120 group-aria-checked:translate-x-4" />
    </span>
  </button>
);

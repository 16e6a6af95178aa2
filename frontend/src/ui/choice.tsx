interface ChoiceProps {
  label: string;
  isOn: boolean;
  /** Some of what it stands for is chosen, but not all. */
  isPartly?: boolean;
  onChange: (isRange: boolean) => void;
}

/** A checkbox that says whether Shift was held; it lies above the link that fills its row. */
export function Choice({ label, isOn, isPartly = false, onChange }: ChoiceProps) {
  return (
    <label className="relative z-1 -ml-1 grid size-6 place-items-center">
      <input
        ref={(box) => {
          if (box !== null) box.indeterminate = isPartly;
        }}
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange((event.nativeEvent as MouseEvent).shiftKey)}
        className="size-4 accent-accent"
      />
      <span className="sr-only">{label}</span>
    </label>
  );
}

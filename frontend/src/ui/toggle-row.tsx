import { Switch } from './switch';

interface ToggleRowProps {
  label: string;
  text?: string | undefined;
  isOn: boolean;
  /** Why it cannot be changed; it stands below. */
  why?: string | undefined;
  isBusy?: boolean;
  onToggle: (isOn: boolean) => void;
}

/** Something that is on or off, with what it means and why it cannot be changed. */
export const ToggleRow = (props: ToggleRowProps) => {
  const { label, text, isOn, why, isBusy = false, onToggle } = props;
  return (
    <div className="flex items-start gap-4">
      <div className="min-w-0 flex-1">
        <p className="font-medium" aria-hidden>
          {label}
        </p>
        {text !== undefined && <p className="text-fg-2">{text}</p>}
        {why !== undefined && <p className="text-fg-3 text-xs">{why}</p>}
      </div>
      <Switch
        label={label}
        isOn={isOn}
        isDisabled={why !== undefined || isBusy}
        hint={why ?? text ?? label}
        onToggle={onToggle}
      />
    </div>
  );
};

import { Command } from 'cmdk';
import { Check, Search } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import type { Choices, Option } from './picker';
import { Skeleton } from './skeleton';

interface PickerPanelProps extends Choices {
  value: string;
  searchLabel: string;
  empty: string;
  listId: string;
  trigger: ReactNode;
  footer?: ReactNode;
  onChoose: (value: string) => void;
  onClose: () => void;
}

const Waiting = () => (
  <div aria-busy className="flex flex-col gap-4 px-3 py-3">
    <Skeleton className="w-40" />
    <Skeleton className="w-52" />
  </div>
);

function Item({ option, isOn, onSelect }: { option: Option; isOn: boolean; onSelect: () => void }) {
  return (
    <Command.Item
      value={option.value}
      disabled={option.isDisabled === true}
      onSelect={onSelect}
      className="group flex min-h-9 cursor-default items-center gap-2 rounded-md px-2 py-1 data-[disabled=true]:text-fg-3 data-[selected=true]:bg-hover"
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate">{option.label}</span>
        {option.detail !== undefined && (
          <span className="block truncate text-fg-3 text-xs group-data-[selected=true]:text-fg-2">
            {option.detail}
          </span>
        )}
      </span>
      {isOn && <Check className="size-4 shrink-0 text-accent" aria-hidden />}
    </Command.Item>
  );
}

/** The search and what it finds, below the field. */
export default function PickerPanel(props: PickerPanelProps) {
  const { value, options, query, setQuery, error, onChoose, onClose } = props;
  return (
    <Popover.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Popover.Trigger asChild>{props.trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className="pop z-50 w-(--radix-popover-trigger-width) min-w-64 rounded-lg border border-line bg-raised shadow-2"
        >
          <Command label={props.searchLabel} shouldFilter={false} loop>
            <div className="flex h-9 items-center gap-2 border-line border-b px-3">
              <Search className="size-3.5 shrink-0 text-fg-3" aria-hidden />
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder={props.searchLabel}
                className="h-full min-w-0 flex-1 bg-transparent outline-none placeholder:text-fg-3"
              />
            </div>
            {/* Beside the list: a list of options holds nothing else. */}
            {error != null && (
              <p role="alert" className="px-3 py-4 text-bad">
                {error.message}
              </p>
            )}
            {error == null && options === undefined && <Waiting />}
            {options?.length === 0 && (
              <p role="status" className="px-3 py-4 text-center text-fg-2">
                {props.empty}
              </p>
            )}
            <Command.List
              id={props.listId}
              label={props.searchLabel}
              className="max-h-64 overflow-y-auto p-1"
            >
              {options?.map((option) => (
                <Item
                  key={option.value}
                  option={option}
                  isOn={option.value === value}
                  onSelect={() => {
                    onChoose(option.value);
                    onClose();
                  }}
                />
              ))}
            </Command.List>
          </Command>
          {props.footer !== undefined && (
            <div className="border-line border-t p-1">{props.footer}</div>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

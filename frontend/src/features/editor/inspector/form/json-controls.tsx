import { useTranslation } from 'react-i18next';
import { readJson } from '@/engine/json';
import { lostNumber } from '@/engine/numbers';
import { Button } from '@/ui/button';
import { ExpressionInput } from '../expression/expression-input';
import { PreviewLine, usePreviewOf } from '../expression/preview-line';
import { faultPlace, formatted } from '../model/json-text';
import { useDraft } from './drafts';
import { type ControlProps, ghostOf } from './literals';
import { useControl } from './parts';

interface JsonProps extends ControlProps {
  /** Told when somebody begins and ends to write. */
  onWriting?: (isWriting: boolean) => void;
}

/** A value as the JSON that it is; a text that is none stays on the screen and out of the document. */
export function JsonInput({ spec, place, value, onWriting }: JsonProps) {
  const { t } = useTranslation('inspector');
  const slot = useControl(place);
  const draft = useDraft(place, value);
  const text = draft.text ?? formatted(value);
  const preview = usePreviewOf('json', value);
  const fault = text.trim() === '' ? null : faultPlace(text);
  const lost = fault === null ? lostNumber(text) : null;
  const isValue = fault === null && lost === null;
  const onChange = (next: string): void => {
    const read = readJson(next);
    if (next.trim() === '') {
      draft.write(next, slot.emptied, true);
      slot.clear();
    } else if (read.ok && lostNumber(next) === null) {
      draft.write(next, read.value, true);
      slot.set(read.value);
    } else draft.write(next, value, false);
  };
  return (
    <>
      <ExpressionInput
        mode="json"
        value={text}
        placeholder={ghostOf(spec)}
        takesSecrets={spec.takesSecrets}
        fault={fault === null ? null : { from: fault.at, to: fault.at + 1 }}
        onChange={onChange}
        onFocus={() => {
          onWriting?.(true);
          preview.start();
        }}
        onBlur={() => {
          onWriting?.(false);
          preview.stop();
          if (isValue) draft.drop();
        }}
      />
      {fault !== null && (
        <p role="status" className="text-bad text-xs">
          {t('json.fault', { line: fault.line, column: fault.column })}
        </p>
      )}
      {lost !== null && (
        <p role="status" className="text-bad text-xs">
          {t('json.lost', { number: lost })}
        </p>
      )}
      {isValue && <PreviewLine preview={preview} />}
    </>
  );
}

/** A value of a kind that the field does not have: shown and edited as it is, so that nothing is lost. */
export function OddValue(props: JsonProps) {
  const { t } = useTranslation('inspector');
  const { isReadOnly, clear } = useControl(props.place, 'chosen');
  return (
    <>
      <JsonInput {...props} />
      <div className="flex items-center gap-2">
        <p className="min-w-0 flex-1 text-warn text-xs">{t('odd.text')}</p>
        {!isReadOnly && (
          <Button look="quiet" size="sm" onClick={clear}>
            {t('odd.clear')}
          </Button>
        )}
      </div>
    </>
  );
}

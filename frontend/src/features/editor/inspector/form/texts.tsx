import { ExpressionInput } from '../expression/expression-input';
import { PreviewLine, usePreviewOf } from '../expression/preview-line';
import { valueAt } from '../model/places';
import { useIsEntered } from './entering';
import { useForm } from './form';
import { type ControlProps, ghostOf } from './literals';
import { useControl } from './parts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A text with expressions inside, or one expression; what it gives stands below it while it is written. */
export function TemplateControl({ spec, place, value }: ControlProps) {
  const slot = useControl(place);
  const mode = spec.kind === 'expression' || spec.kind === 'formulas' ? 'expression' : 'template';
  const text = textOf(value);
  const preview = usePreviewOf(mode, text);
  const isEntered = useIsEntered(place);
  return (
    <>
      <ExpressionInput
        mode={mode}
        value={text}
        placeholder={ghostOf(spec)}
        takesSecrets={spec.takesSecrets}
        fault={preview.fault}
        isEntered={isEntered}
        onFocus={preview.start}
        onBlur={preview.stop}
        onChange={(next) => (next === '' ? slot.clear() : slot.set(next))}
      />
      <PreviewLine preview={preview} />
    </>
  );
}

/** A script, in the colours of the language that the field beside it names. */
export function CodeControl({ spec, place, value }: ControlProps) {
  const form = useForm();
  const slot = useControl(place);
  const language = textOf(valueAt(form.config, [...place.slice(0, -1), 'language']));
  return (
    <ExpressionInput
      mode="code"
      value={textOf(value)}
      placeholder={ghostOf(spec)}
      language={language || 'javascript'}
      className="min-h-32"
      onChange={(next) => (next === '' ? slot.clear() : slot.set(next))}
    />
  );
}

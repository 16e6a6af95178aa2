import { useTranslation } from 'react-i18next';
import { saidOf } from '@/features/workflows/facade';
import type { FieldSpec } from '../model/fields';
import type { Place } from '../model/places';
import { problemsOf } from '../model/problems';
import { useForm } from './form';
import { JsonInput } from './json-controls';
import { type ControlProps, NumberControl, TextControl } from './literals';
import { ModeButton } from './mode-button';
import { PartsContext } from './parts';
import { useTextOrJson } from './text-or-json';
import { TemplateControl } from './texts';

interface ValueCellProps {
  spec: FieldSpec;
  place: Place;
  value: unknown;
  label: string;
}

/** Whether a list of plain texts or numbers has such a one there; anything else is shown as the JSON that it is. */
const isPlain = (items: FieldSpec['items'], value: unknown): boolean =>
  value === '' || typeof value === (items === 'number' ? 'number' : 'string');

interface CellProps extends ControlProps {
  isText: boolean;
  onWriting: (isWriting: boolean) => void;
}

function Cell({ isText, onWriting, ...props }: CellProps) {
  const { items } = props.spec;
  if (items !== 'any' && isPlain(items, props.value))
    return items === 'number' ? <NumberControl {...props} /> : <TextControl {...props} />;
  return isText ? <TemplateControl {...props} /> : <JsonInput {...props} onWriting={onWriting} />;
}

/** One value inside of a list or of names with values: a text, a formula, or any JSON. */
export function ValueCell({ spec, place, value, label }: ValueCellProps) {
  const { t } = useTranslation('inspector');
  const form = useForm();
  const way = useTextOrJson(place, value, label, true);
  const problems = problemsOf(form.problems, place, false);
  const inner: FieldSpec = { ...spec, placeholder: '', default: null };
  const wiring = {
    'aria-label': label,
    ...(problems.length > 0 ? { 'aria-invalid': 'true' as const } : {}),
  };
  return (
    <PartsContext value={{ label, isReadOnly: form.isReadOnly, wiring, emptied: '' }}>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="group/row flex min-w-0 items-start gap-1">
          <div className="flex min-w-0 flex-1 flex-col gap-1">
            <Cell
              spec={inner}
              place={place}
              value={value}
              isText={way.isText}
              onWriting={way.onWriting}
            />
          </div>
          {spec.kind !== 'formulas' &&
            spec.items === 'any' &&
            way.toggle !== null &&
            !form.isReadOnly && (
              <span className="pt-1">
                <ModeButton
                  label={t('json.of', { field: label })}
                  isOn={!way.isText}
                  onToggle={way.toggle}
                />
              </span>
            )}
        </div>
        {problems.map((problem) => (
          <p key={problem.code + problem.path} className="text-bad text-xs">
            {saidOf(problem, form.nodeName)}
          </p>
        ))}
      </div>
    </PartsContext>
  );
}

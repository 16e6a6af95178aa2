import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saidOf } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { canSwitch, type FieldSpec, fits, isAbsent, isTemplated } from '../model/fields';
import { type Path, written } from '../model/paths';
import { type Place, valueAt } from '../model/places';
import { problemsOf } from '../model/problems';
import { literalOf, templateOf } from '../model/templates';
import { Line } from '../tabs/markdown';
import { Control, isPicker, isStructured } from './control';
import { useDropping } from './dropping';
import { useForm, useSlot } from './form';
import { ModeButton } from './mode-button';
import { PartsContext, type RowProps, type Wiring } from './parts';
import { useTextOrJson } from './text-or-json';

/** Whether a value holds templates, which would be read twice inside of another. */
const holdsTemplates = (value: unknown): boolean => isTemplated(JSON.stringify(value ?? null));

/** The literal of a field and the template that may stand in its place. */
function useExpressionMode(spec: FieldSpec, place: Place, value: unknown, label: string) {
  const { isReadOnly } = useForm();
  const slot = useSlot(place, label, 'chosen');
  const [isWanted, setWanted] = useState(false);
  const isText = typeof value === 'string' && value !== '';
  const isTemplate = isText && (spec.kind === 'select' ? isTemplated(value) : true);
  const isLiteral = !isAbsent(value) && !isText;
  // Undo, or somebody else, has put a literal there.
  if (isWanted && isLiteral) setWanted(false);
  const isOn = canSwitch(spec) && !isLiteral && (isTemplate || isWanted);
  const toggle = (): void => {
    if (!isOn) {
      setWanted(true);
      if (!isAbsent(value)) slot.set(templateOf(value));
      return;
    }
    setWanted(false);
    // A word that is no template is what the choice itself would have.
    if (!isTemplate) return;
    const literal = literalOf(value);
    if (literal !== null && fits(spec, literal.value)) slot.set(literal.value);
    else slot.clear();
  };
  const isStuck = !isOn && typeof value === 'object' && holdsTemplates(value);
  // A list that has something is not replaced by what is dropped beside its values.
  const takes =
    canSwitch(spec) && !isOn && !isReadOnly && (typeof value !== 'object' || value === null);
  return {
    isOn,
    toggle: isStuck ? null : toggle,
    take: takes ? (path: Path) => slot.set(`{{ ${written(path)} }}`) : null,
  };
}

/** One field: its name, its control, what is wrong with it, and what it is for. */
export function FieldRow({ spec, place, within }: RowProps) {
  const { t } = useTranslation('inspector');
  const form = useForm();
  const id = useId();
  const value = valueAt(form.config, place);
  const label =
    within === undefined ? spec.title : t('field.within', { field: spec.title, within });
  const expression = useExpressionMode(spec, place, value, label);
  const prefersText = spec.placeholder.includes('{{');
  const json = useTextOrJson(place, value, label, prefersText);
  // A field of any JSON has no odd values.
  const isOdd =
    spec.kind !== 'json' && (json.isWriting || (!expression.isOn && !fits(spec, value)));
  const hasParts = isStructured(spec) && !isOdd && !expression.isOn;
  const isWhole = isPicker(spec) && !isOdd;
  // A picker says by itself that nothing is chosen.
  const problems = problemsOf(form.problems, place, hasParts).filter(
    ({ code }) => !isWhole || code !== 'field_required',
  );
  const isFaulty = problems.some(({ severity }) => severity === 'error');
  const described = [
    problems.length > 0 ? `${id}-problems` : '',
    spec.help === '' ? '' : `${id}-help`,
  ].filter(Boolean);
  const isNative = !hasParts && ['text', 'number', 'boolean', 'select'].includes(spec.kind);
  const wiring: Wiring = {
    ...(isNative ? { id } : {}),
    ...(within === undefined ? { 'aria-labelledby': `${id}-label` } : { 'aria-label': label }),
    ...(described.length > 0 ? { 'aria-describedby': described.join(' ') } : {}),
    ...(isFaulty && !hasParts ? { 'aria-invalid': 'true' as const } : {}),
    ...(spec.isRequired && !hasParts && spec.kind !== 'boolean'
      ? { 'aria-required': 'true' as const }
      : {}),
  };
  const dropping = useDropping(expression.take);
  const kindWords = { field: label };
  // A switch needs no line of its own.
  const isInline = spec.kind === 'boolean' && !isOdd && !expression.isOn;
  const control = (
    <PartsContext value={{ label, isReadOnly: form.isReadOnly, wiring }}>
      <Control
        spec={spec}
        place={place}
        value={value}
        isExpression={expression.isOn}
        isText={json.isText}
        isOdd={isOdd}
        onWriting={json.onWriting}
      />
    </PartsContext>
  );
  return (
    <div
      ref={dropping}
      className="group/row flex min-w-0 flex-col gap-1.5"
      data-field={place.join('.')}
    >
      {!isWhole && (
        <div className="flex min-h-6 items-center gap-2">
          <label
            id={`${id}-label`}
            htmlFor={isNative ? id : undefined}
            className="min-w-0 truncate font-medium"
          >
            {spec.title}
            {spec.isRequired && (
              <span className="text-bad" title={t('field.required')} aria-hidden>
                {' *'}
              </span>
            )}
          </label>
          <span className="ml-auto flex items-center">
            {canSwitch(spec) && !form.isReadOnly && (
              <ModeButton
                label={t('expression.of', kindWords)}
                word={t('expression.word')}
                isOn={expression.isOn}
                reason={t('expression.stuck')}
                onToggle={expression.toggle}
              />
            )}
            {spec.kind === 'json' && !form.isReadOnly && (
              <ModeButton
                label={t('json.of', kindWords)}
                word={t('json.word')}
                isOn={!json.isText}
                reason={t('json.not')}
                onToggle={json.toggle}
              />
            )}
            {isInline && control}
          </span>
        </div>
      )}
      {!isInline && control}
      {problems.length > 0 && (
        <div id={`${id}-problems`} className="flex flex-col gap-1">
          {problems.map((problem) => (
            <p
              key={problem.code + problem.path}
              className={cn('text-xs', problem.severity === 'error' ? 'text-bad' : 'text-warn')}
            >
              {saidOf(problem, form.nodeName)}
            </p>
          ))}
        </div>
      )}
      {spec.help !== '' && !isWhole && (
        <p id={`${id}-help`} className="text-fg-3 text-xs">
          <Line text={spec.help} />
        </p>
      )}
    </div>
  );
}

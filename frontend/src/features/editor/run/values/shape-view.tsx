import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Shape, shapeOf } from '@/engine/values/shape';

function Kinds({ shape }: { shape: Shape }) {
  const { t } = useTranslation('run');
  const words = shape.kinds.map((kind) =>
    kind === 'array' && shape.length !== null
      ? t('values.list', { count: shape.length })
      : t(`values.kind.${kind}`),
  );
  return <span className="text-run">{words.join(' | ')}</span>;
}

function Inside({ shape }: { shape: Shape }) {
  const { t } = useTranslation('run');
  const { fields, items } = shape;
  // A list of lists tells both its levels; a list of objects tells at once what these have.
  const inner = items === null || items.fields.length > 0 ? null : items;
  const shown = fields.length > 0 ? fields : (items?.fields ?? []);
  if (shown.length === 0 && inner === null) return null;
  return (
    <ul className="ml-[5px] border-line border-l pl-3">
      {shown.map((field) => (
        <li key={field.name} className="min-w-0 break-words">
          <span className="text-fg-2">{field.name}: </span>
          <Kinds shape={field.shape} />
          {field.isOptional && <span className="text-fg-3"> · {t('values.optional')}</span>}
          <Inside shape={field.shape} />
        </li>
      ))}
      {inner !== null && (
        <li>
          <Kinds shape={inner} />
          <Inside shape={inner} />
        </li>
      )}
    </ul>
  );
}

/** What a value is made of: names and types, of a list what its items have in common. */
export function ShapeView({ value }: { value: unknown }) {
  const shape = useMemo(() => shapeOf(value), [value]);
  return (
    <div className="font-mono text-xs leading-5">
      <Kinds shape={shape} />
      <Inside shape={shape} />
    </div>
  );
}

import { TextCursorInput } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useTargets } from '../form/target';
import { readPath } from '../model/paths';

interface InsertButtonProps {
  /** As expressions write it. */
  path: string;
  tabIndex: number;
  className: string;
}

/** Writes a path into the field that was entered last, at its caret; there is none where no field was. */
export function InsertButton(props: InsertButtonProps) {
  const hasTarget = useTargets(({ target }) => target !== null);
  return hasTarget ? <Button {...props} /> : null;
}

function Button({ path, tabIndex, className }: InsertButtonProps) {
  const { t } = useTranslation('inspector');
  const target = useTargets((state) => state.target);
  const read = readPath(path);
  if (target === null || read === null) return null;
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      className={className}
      aria-label={t('data.insert_path', { path })}
      title={t('data.into', { field: target.label })}
      // The field keeps the focus, and with it its caret.
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => {
        event.stopPropagation();
        target.insert(read);
      }}
    >
      <TextCursorInput aria-hidden />
    </button>
  );
}

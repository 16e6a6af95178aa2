import type { FieldSpec } from '../model/fields';
import { ChoicesButton } from './choices-button';
import { CredentialControl } from './credential-control';
import { CronControl } from './cron-control';
import { JsonInput, OddValue } from './json-controls';
import { ChoicesControl, ObjectsControl, ValuesControl } from './list-controls';
import {
  BooleanControl,
  type ControlProps,
  NumberControl,
  SelectControl,
  TextControl,
} from './literals';
import { NamesControl } from './names-control';
import { CodeControl, TemplateControl } from './texts';
import { WorkflowControl } from './workflow-control';

/** Whether the control shows the problems of its parts itself. */
export const isStructured = (spec: FieldSpec): boolean =>
  spec.kind === 'key_value' ||
  spec.kind === 'formulas' ||
  (spec.kind === 'list' && spec.options.length === 0);

/** The catalogue calls the id of a workflow a text; by its name and form it is known as what it is. */
const isWorkflowField = (spec: FieldSpec): boolean =>
  spec.kind === 'text' && spec.name === 'workflow_id';

/** The catalogue calls it a text too; what it means is told in words. */
const isCronField = (spec: FieldSpec): boolean => spec.kind === 'text' && spec.name === 'cron';

/** Whether the control brings its own name and help: those that choose from what the tenant has. */
export const isPicker = (spec: FieldSpec): boolean =>
  spec.kind === 'credential' || isWorkflowField(spec);

interface AnyControlProps extends ControlProps {
  isExpression: boolean;
  isText: boolean;
  /** The value is none that the field's own control can show. */
  isOdd: boolean;
  onWriting: (isWriting: boolean) => void;
}

/** The control of a field, by its kind and by what stands in it. */
export function Control({ isExpression, isText, isOdd, onWriting, ...props }: AnyControlProps) {
  const { spec } = props;
  if (isOdd) return <OddValue {...props} onWriting={onWriting} />;
  if (isExpression) return <TemplateControl {...props} />;
  switch (spec.kind) {
    case 'text':
      if (isCronField(spec)) return <CronControl {...props} />;
      return isWorkflowField(spec) ? <WorkflowControl {...props} /> : <TextControl {...props} />;
    case 'template':
      return (
        <>
          <TemplateControl {...props} />
          {spec.choices !== null && <ChoicesButton {...props} />}
        </>
      );
    case 'expression':
      return <TemplateControl {...props} />;
    case 'code':
      return <CodeControl {...props} />;
    case 'json':
      return isText ? (
        <TemplateControl {...props} />
      ) : (
        <JsonInput {...props} onWriting={onWriting} />
      );
    case 'select':
      return <SelectControl {...props} />;
    case 'number':
      return <NumberControl {...props} />;
    case 'boolean':
      return <BooleanControl {...props} />;
    case 'list':
      if (spec.options.length > 0) return <ChoicesControl {...props} />;
      return spec.fields.length > 0 ? <ObjectsControl {...props} /> : <ValuesControl {...props} />;
    case 'key_value':
    case 'formulas':
      return <NamesControl {...props} />;
    case 'credential':
      return <CredentialControl {...props} />;
  }
}

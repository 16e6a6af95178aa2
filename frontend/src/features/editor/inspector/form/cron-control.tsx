import { Suspense } from 'react';
import { CronHelp } from '@/features/schedules/facade';
import { useForm, useSlot } from './form';
import { type ControlProps, TextControl } from './literals';

/** A field for cron: as it is written, in plain language, and when it fires next in the node's time zone. */
export function CronControl(props: ControlProps) {
  const { spec, place, value } = props;
  const { config, isReadOnly } = useForm();
  const { set } = useSlot(place, spec.title, 'chosen');
  const zone = config.timezone;
  return (
    <>
      <TextControl {...props} />
      <Suspense>
        <CronHelp
          cron={typeof value === 'string' ? value : ''}
          timezone={typeof zone === 'string' && zone !== '' ? zone : 'UTC'}
          isReadOnly={isReadOnly}
          onChange={set}
        />
      </Suspense>
    </>
  );
}

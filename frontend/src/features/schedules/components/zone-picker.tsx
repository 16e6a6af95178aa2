import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isZone, offsetAt, zones } from '@/engine/zones';
import { useNow } from '@/lib/clock';
import { Picker } from '@/ui/picker';

const MOST = 60;
const HOUR_MS = 3_600_000;

interface ZonePickerProps {
  value: string;
  fault: string | undefined;
  onChoose: (zone: string) => void;
}

/** Chooses a time zone by searching for its name; each says how far it is from UTC now. */
export function ZonePicker({ value, fault, onChoose }: ZonePickerProps) {
  const { t } = useTranslation('schedules');
  const [query, setQuery] = useState('');
  const hour = Math.floor(useNow() / HOUR_MS) * HOUR_MS;
  const options = useMemo(() => {
    const wanted = query.trim().toLowerCase().replaceAll(' ', '_');
    const found = zones().filter((zone) => zone.toLowerCase().includes(wanted));
    // Browsers list each place once; other names of it are taken as they are typed.
    const all = found.length === 0 && isZone(query.trim()) ? [query.trim()] : found;
    return all.slice(0, MOST).map((zone) => ({
      value: zone,
      label: zone.replaceAll('_', ' '),
      detail: `UTC${offsetAt(hour, zone)}`,
    }));
  }, [query, hour]);
  const shown =
    isZone(value) && value !== 'UTC'
      ? `${value.replaceAll('_', ' ')} (UTC${offsetAt(hour, value)})`
      : value;
  return (
    <Picker
      label={t('builder.zone')}
      value={value}
      shown={shown}
      placeholder="UTC"
      fault={fault}
      searchLabel={t('builder.zone_search')}
      empty={t('builder.zone_empty', { query })}
      options={options}
      query={query}
      setQuery={setQuery}
      onChoose={onChoose}
    />
  );
}

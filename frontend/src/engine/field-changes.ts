import { kindOf, sameJson } from './json';

/** One place at which two values differ; what is not there is undefined. */
export interface FieldChange {
  /** The way to it: `['config', 'headers', 'accept']`. */
  path: readonly string[];
  before: unknown;
  after: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  kindOf(value) === 'object';

/** One of many that came, went or is different; one of the two is undefined where it came or went. */
interface MemberChange<Member> {
  key: string;
  before: Member | undefined;
  after: Member | undefined;
  /** Where what is looked at differs. */
  fields: readonly FieldChange[];
}

/**
 * Which of many came, went or are different, by what they are known by: in the newer order, what is gone last. `seen` says
 * what of each is looked at; `isSaid`, which differences count.
 */
export function memberChanges<Member>(
  before: ReadonlyMap<string, Member>,
  after: ReadonlyMap<string, Member>,
  seen: (member: Member | undefined) => unknown,
  isSaid: (change: FieldChange) => boolean = () => true,
): MemberChange<Member>[] {
  const gone = [...before.keys()].filter((key) => !after.has(key));
  return [...after.keys(), ...gone].flatMap((key): MemberChange<Member>[] => {
    const [one, other] = [before.get(key), after.get(key)];
    if (one === other) return [];
    const fields = fieldChanges(seen(one), seen(other)).filter(isSaid);
    const isDifferent = one === undefined || other === undefined || fields.length > 0;
    return isDifferent ? [{ key, before: one, after: other, fields }] : [];
  });
}

/** Where two values differ, down to the places that cannot be taken apart further. */
export function fieldChanges(
  before: unknown,
  after: unknown,
  path: readonly string[] = [],
): FieldChange[] {
  if (sameJson(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => fieldChanges(before[name], after[name], [...path, name]));
  }
  // A list that has grown or shrunk says more as a whole than by its places.
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) =>
      fieldChanges(item, after[index], [...path, String(index)]),
    );
  }
  return [{ path, before, after }];
}

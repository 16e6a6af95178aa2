/** The address under which two executions are compared. */
export const comparing = (before: string, after: string): string =>
  `/executions/${before}/compare/${after}`;

/** The same for two in any order: the older one is what the newer one is compared with; ids are UUIDv7. */
export const comparingTwo = ([one, other]: readonly [string, string]): string =>
  one < other ? comparing(one, other) : comparing(other, one);

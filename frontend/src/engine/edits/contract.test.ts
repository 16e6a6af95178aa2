import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apply } from './apply';
import { normalised } from './normalised';
import type { Operation } from './operations';

interface Case {
  name: string;
  document: unknown;
  operations: Operation[];
  result?: unknown;
  /** What the workflow is called afterwards, where that has changed. */
  workflow?: { name?: string; description?: string };
  refusal?: { code: string; index: number };
}

const FILE = new URL('../../../../tests/contracts/operations.json', import.meta.url);
const cases = JSON.parse(readFileSync(FILE, 'utf8')) as Case[];

const CALLED = { name: 'Before', description: 'As it was' };

describe('the cases that the server runs, too', () => {
  it.each(cases)('$name', ({ document, operations, result, workflow, refusal }) => {
    const before = { ...CALLED, definition: normalised(document) };
    const applied = apply(before, operations);

    if (refusal !== undefined) {
      expect(applied).toMatchObject({ ok: false, refusal });
      return;
    }
    // Both lists are always there on the screen; the server makes one with its first member.
    const after = { ...CALLED, ...workflow, definition: normalised(result) };
    expect(applied.ok && applied.draft).toEqual(after);
  });
});

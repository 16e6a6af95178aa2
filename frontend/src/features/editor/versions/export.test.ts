import { expect, it } from 'vitest';
import { readPasted } from '@/engine/document';
import { exported, fileName } from './export';

it('writes a workflow so that it is read again as it was', () => {
  const definition = { nodes: [{ id: 'a' }], edges: [] };

  const text = exported({ name: 'Refunds', description: 'Of orders', definition });

  expect(readPasted(text)).toEqual({ ok: true, name: 'Refunds', definition });
});

it('names the file as the workflow is called', () => {
  expect(fileName('Deploy on push', 3)).toBe('deploy-on-push-v3.json');
  expect(fileName('Računi – Q1!', null)).toBe('racuni-q1.json');
  expect(fileName('!!', null)).toBe('workflow.json');
});

import { EditorView } from '@codemirror/view';
import { act, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { type Form, FormContext } from '../form/form';
import { EditorHost } from './editor-host';
import { mount } from './mount';

const nothing = (): void => undefined;
const form: Form = {
  nodeId: 'act',
  nodeName: 'Act',
  nodeType: 'test:any',
  workflowId: 'any',
  config: {},
  fields: [],
  problems: [],
  isReadOnly: false,
  patch: nothing,
  undo: nothing,
  redo: nothing,
};

/** An editor whose value comes back when it is said, as on a machine that is busy. */
function hosted() {
  const written: string[] = [];
  const caret = { current: null };
  const editor = { current: null };
  const shown = (value: string) => (
    <FormContext value={form}>
      <EditorHost
        mount={mount}
        input={{ value, mode: 'template', onChange: (text) => written.push(text) }}
        wiring={{ 'aria-label': 'Url' }}
        isReadOnly={false}
        known={{}}
        caret={caret}
        editor={editor}
        onLeave={nothing}
      />
    </FormContext>
  );
  const { rerender } = render(shown(''));
  const view = EditorView.findFromDOM(screen.getByRole('textbox', { name: 'Url' }));
  if (view === null) throw new Error('no editor');
  const type = (letters: string): void => {
    for (const letter of letters) {
      const at = view.state.selection.main.head;
      view.dispatch({
        changes: { from: at, insert: letter },
        selection: { anchor: at + 1 },
        userEvent: 'input.type',
      });
    }
  };
  const text = (): string => view.state.doc.toString();
  return { written, type, text, show: (value: string) => rerender(shown(value)) };
}

describe('the editor of an expression', () => {
  it('keeps the order of letters that are typed before their own echo comes', () => {
    const { written, type, text, show } = hosted();

    type('abc');
    expect(written).toEqual(['a', 'ab', 'abc']);
    show('a');
    expect(text()).toBe('abc');
    type('d');
    for (const value of ['ab', 'abc', 'abcd']) show(value);
    type('e');

    expect(text()).toBe('abcde');
  });

  it('shows what came from elsewhere, also if it once stood there', () => {
    const { type, text, show } = hosted();

    type('ab');
    show('a');
    show('ab');
    show('a');
    expect(text()).toBe('a');
    show('other');
    expect(text()).toBe('other');
  });

  it('shows what was taken back, also if letters with that text are still on their way', () => {
    vi.useFakeTimers();
    try {
      const { type, text, show } = hosted();
      type('ab');
      show('a');
      expect(text()).toBe('ab');

      act(() => {
        vi.advanceTimersByTime(1000);
      });

      expect(text()).toBe('a');
    } finally {
      vi.useRealTimers();
    }
  });

  it('shows what a change became on its way', () => {
    const { type, text, show } = hosted();

    type('ab');
    show('AB');

    expect(text()).toBe('AB');
  });
});

import { expect, it } from 'vitest';
import common from '@/i18n/locales/en/common.json';
import { KEYMAP, type ShortcutId } from '@/lib/keys';

const NAMES: Record<string, string> = {
  mod: 'Ctrl',
  alt: 'Alt',
  shift: '⇧',
  plus: '+',
  arrows: 'arrows',
  Enter: '↵',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

const typed = (keys: string): string =>
  keys
    .split(' ')
    .map((chord) =>
      chord.split('+').map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)),
    )
    .map((chord) => `\`${chord.join(' ')}\``)
    .join(' then ');

function row(id: ShortcutId): string {
  const shortcut: { keys: string; also?: string } = KEYMAP[id];
  const also = shortcut.also === undefined ? '' : ` or ${typed(shortcut.also)}`;
  return `| ${typed(shortcut.keys)}${also} | ${common.shortcuts[id]} |`;
}

function page(): string {
  const ids = Object.keys(KEYMAP) as ShortcutId[];
  const groups = [...new Set(ids.map((id) => KEYMAP[id].group))];
  const tables = groups.map((group) =>
    [
      `## ${common.shortcuts.group[group]}\n`,
      '| keys | |\n|---|---|',
      ...ids.filter((id) => KEYMAP[id].group === group).map(row),
    ].join('\n'),
  );
  return [
    '# Keyboard shortcuts\n',
    'Made from `frontend/src/lib/keys.ts` by its test (`npx vitest run src/lib/shortcuts-page.test.ts -u`). On a Mac `Ctrl` is `⌘` and `Alt` is `⌥`.',
    '`?` shows them in the product, where single letters can be switched off for those who type by voice.\n',
    `${tables.join('\n\n')}\n`,
  ].join('\n');
}

it('the page of shortcuts names each one with its keys', async () => {
  await expect(page()).toMatchFileSnapshot('../../../docs/reference/shortcuts.md');
});

import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '@/testing/catalogue';
import { inspect } from './inspecting';
import { type FieldSpec, isShown, readFields } from './model/fields';

/** A config in which the field counts: the field that it depends on has such a value. */
function configFor(field: FieldSpec): Record<string, unknown> {
  if (field.dependsOn === null) return {};
  return { [field.dependsOn.field]: field.dependsOn.values[0] };
}

const shownFields = (container: HTMLElement): string[] =>
  [...container.querySelectorAll<HTMLElement>('[data-field]')].map(
    ({ dataset }) => dataset.field ?? '',
  );

describe('the whole catalogue', () => {
  it.each(CATALOGUE.map((type) => [type.type, type] as const))(
    '%s has a form that shows every field',
    async (name, type) => {
      const fields = readFields(type.fields);
      const seen = new Set<string>();
      const configs = [{}, ...fields.filter(({ dependsOn }) => dependsOn !== null).map(configFor)];
      const distinct = [...new Map(configs.map((one) => [JSON.stringify(one), one])).values()];
      for (const config of distinct) {
        const { container, unmount } = await inspect(name, config);
        await waitFor(() => expect(container.querySelector('[aria-busy]')).toBeNull());
        const wanted = fields.filter((field) => isShown(field, { config, fields }));
        expect(new Set(shownFields(container))).toEqual(new Set(wanted.map((field) => field.name)));
        for (const field of wanted) {
          seen.add(field.name);
          expect(container).toHaveTextContent(field.title);
        }
        unmount();
      }
      expect(seen).toEqual(new Set(fields.map((field) => field.name)));
    },
  );

  it.each(
    CATALOGUE.flatMap((type) =>
      readFields(type.fields)
        .filter(({ fields }) => fields.length > 0)
        .map((list) => [`${type.type} ${list.name}`, type.type, list] as const),
    ),
  )('%s has a small form for each item', async (_, name, list) => {
    const config = { ...configFor(list), [list.name]: [{}] };
    const around = {
      config,
      fields: readFields(CATALOGUE.find(({ type }) => type === name)?.fields),
    };
    const { container } = await inspect(name, config);
    await waitFor(() => expect(shownFields(container)).toContain(list.name));
    const wanted = list.fields.filter((field) =>
      isShown(field, { config: {}, fields: list.fields }, around),
    );
    expect(shownFields(container)).toEqual(
      expect.arrayContaining(wanted.map((field) => `${list.name}.0.${field.name}`)),
    );
  });

  it.each(CATALOGUE.filter(({ doc }) => doc !== '').map((type) => [type.type, type] as const))(
    '%s has a help page',
    async (name, type) => {
      const { user } = await inspect(name, {});
      await user.click(await screen.findByRole('tab', { name: /Help/ }));
      const heading = /^# (.*)$/m.exec(type.doc)?.[1] ?? '';
      expect(screen.getByRole('tabpanel')).toHaveTextContent(heading);
      expect(screen.getByRole('tabpanel')).not.toHaveTextContent('**');
    },
  );
});

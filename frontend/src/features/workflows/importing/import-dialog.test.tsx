import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { makeCredential } from '@/testing/credential-makers';
import { makeNodeType } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import example from '../../../../../docs/examples/order-routing.json';
import { FileImport } from './file-import';
import ImportDialog from './import-dialog';

const TYPES = [...new Set(example.definition.nodes.map(({ type }) => type))].map((type) =>
  makeNodeType({
    type,
    fields:
      type === 'action:email'
        ? [{ name: 'credential', kind: 'credential', options: ['smtp'] }]
        : [],
  }),
);

function open(credentials = [makeCredential({ name: 'other' })], onAdd?: () => void) {
  const world = serve({ nodeTypes: TYPES, credentials });
  const onClose = vi.fn();
  const page = renderAt(
    '/workflows',
    <ImportDialog onClose={onClose} {...(onAdd === undefined ? {} : { onAdd })} />,
  );
  const paste = async (text: string): Promise<void> => {
    await page.user.click(await screen.findByLabelText('Text'));
    await page.user.paste(text);
  };
  return { ...page, world, onClose, paste };
}

describe('an import', () => {
  it('shows the ten nodes of the example, says which credential is missing, and makes a draft of it', async () => {
    const { user, world, address, paste } = open();

    await paste(JSON.stringify(example));
    expect(await screen.findByText(/10 nodes/)).toHaveTextContent(
      `10 nodes · ${example.definition.edges.length} edges`,
    );
    expect(await screen.findByRole('list', { name: 'What is missing' })).toHaveTextContent(
      'The credential “mail-server” is not here: Welcome, Thank you.',
    );
    expect(screen.getByLabelText('Name')).toHaveValue('Order routing');
    await user.click(screen.getByRole('button', { name: 'Create workflow' }));

    await waitFor(() => expect(address()).toBe(`/workflows/${world.workflows[0]?.id ?? ''}`));
    expect(world.sent[0]?.body).toEqual({
      name: 'Order routing',
      description: example.description,
      definition: example.definition,
    });
  });

  it('misses nothing where everything is here', async () => {
    const { paste } = open([makeCredential({ name: 'mail-server', type: 'smtp' })]);

    await paste(JSON.stringify(example));

    expect(await screen.findByText('Everything that it needs is here.')).toBeVisible();
  });

  it('reads YAML', async () => {
    const { user, world, paste } = open();

    await paste('name: Hello\nnodes:\n  - id: start\n    type: trigger:webhook\nedges: []\n');
    expect(await screen.findByText(/1 node /)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Create workflow' }));

    await waitFor(() =>
      expect(world.sent[0]?.body).toEqual({
        name: 'Hello',
        description: '',
        definition: { nodes: [{ id: 'start', type: 'trigger:webhook' }], edges: [] },
      }),
    );
  });

  it.each([
    ['{"nodes": [}', 'This is not JSON: line 1, column 12.'],
    ['{"name": "x"}', 'There is no workflow in it: it has no list of nodes.'],
    ['a: [1\nb: 2', 'This is neither JSON, YAML nor a cURL command: line 2, column 1.'],
    ['{"nodes": [], "big": 12345678901234567890}', /It holds the number 12345678901234567890/],
    ['curl --data x', 'The command names no address to call.'],
  ])('says what is wrong with %s', async (text, fault) => {
    const { paste } = open();

    await paste(text);

    expect(await screen.findByText(fault)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Create workflow' })).toBeDisabled();
  });

  it('takes a cURL command as a node, and says which secret it left out', async () => {
    const onAdd = vi.fn();
    const { user, paste, onClose } = open(undefined, onAdd);

    await paste("curl -X POST https://api.acme.test/orders -H 'Authorization: Bearer x'");
    expect(await screen.findByRole('list', { name: 'What is missing' })).toHaveTextContent(
      'The secret at headers.Authorization was left out: choose a credential (bearer token)',
    );
    await user.click(screen.getByRole('button', { name: 'Add as a node' }));

    expect(onClose).toHaveBeenCalledOnce();
    expect(onAdd).toHaveBeenCalledWith({
      nodes: [expect.objectContaining({ type: 'action:http' })],
      edges: [],
    });
  });

  it('begins with a file that is dropped on the page; one that is far too large is refused', async () => {
    serve({ nodeTypes: TYPES });
    renderAt('/workflows', <FileImport isOn />);
    const file = new File(['{"nodes": [], "edges": []}'], 'orders.json');
    const dataTransfer = { types: ['Files'], files: [file] };

    fireEvent.dragEnter(window, { dataTransfer });
    expect(await screen.findByText('Drop the file to import it')).toBeVisible();
    fireEvent.drop(window, { dataTransfer });

    const dialog = await screen.findByRole('dialog', { name: 'Import' });
    expect(screen.queryByText('Drop the file to import it')).toBeNull();
    expect(await within(dialog).findByLabelText('Name')).toHaveValue('orders');
  });
});

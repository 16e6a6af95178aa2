import { type Block, blocksOf, inlinesOf } from '../model/markdown';

/** A line of Markdown as elements: nothing of it is ever read as HTML. */
export function Line({ text }: { text: string }) {
  return inlinesOf(text).map((part, index) => {
    const key = `${index} ${part.kind}`;
    switch (part.kind) {
      case 'code':
        return (
          <code
            key={key}
            className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-2xs [overflow-wrap:anywhere]"
          >
            {part.text}
          </code>
        );
      case 'strong':
        return (
          <strong key={key} className="font-semibold">
            <Line text={part.text} />
          </strong>
        );
      case 'em':
        return <em key={key}>{part.text}</em>;
      case 'link':
        return (
          <a
            key={key}
            href={part.href}
            target="_blank"
            rel="noreferrer"
            className="text-accent hover:underline"
          >
            {part.text}
          </a>
        );
      case 'text':
        return part.text;
    }
  });
}

function Table({ head, rows }: { head: string[]; rows: string[][] }) {
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table className="w-full text-left text-xs">
        <thead className="bg-sunken text-fg-2">
          <tr>
            {head.map((cell) => (
              <th key={cell} scope="col" className="px-2 py-1 font-medium">
                <Line text={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join('|')} className="border-line border-t align-top">
              {row.map((cell, column) => (
                <td key={`${head[column] ?? ''} ${cell}`} className="px-2 py-1">
                  <Line text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Shown({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return (
        <h3 className={block.level === 1 ? 'font-semibold text-base' : 'mt-2 font-semibold'}>
          <Line text={block.text} />
        </h3>
      );
    case 'text':
      return (
        <p>
          <Line text={block.text} />
        </p>
      );
    case 'code':
      return (
        <pre className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5">
          {block.text}
        </pre>
      );
    case 'list': {
      const List = block.isOrdered ? 'ol' : 'ul';
      return (
        <List
          className={`flex flex-col gap-1 pl-4 ${block.isOrdered ? 'list-decimal' : 'list-disc'}`}
        >
          {block.items.map(({ text, inner }) => (
            <li key={text}>
              <Line text={text} />
              <Markdown blocks={inner} />
            </li>
          ))}
        </List>
      );
    }
    case 'table':
      return <Table head={block.head} rows={block.rows} />;
  }
}

function Markdown({ blocks }: { blocks: readonly Block[] }) {
  return blocks.map((block, index) => <Shown key={`${index} ${block.kind}`} block={block} />);
}

/** The help page of a node type. */
export function DocsTab({ doc }: { doc: string }) {
  return (
    <div className="flex flex-col gap-3 p-4 text-pretty">
      <Markdown blocks={blocksOf(doc)} />
    </div>
  );
}

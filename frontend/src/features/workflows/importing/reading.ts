import { useEffect, useState } from 'react';
import { formatOf, type Imported, workflowIn, workflowOfCall } from '@/engine/importing';
import { faultOf } from '@/engine/json-fault';
import { lostNumber } from '@/engine/numbers';
import type { SchemaCurlOut } from '@/generated/api';
import { body, http } from '@/lib/http';
import { useSettled } from '@/lib/settled';

interface Place {
  line: number;
  column: number;
}

/** What a text turned out to be. */
export type Reading =
  | { kind: 'empty' }
  | { kind: 'workflow'; workflow: Imported; call: SchemaCurlOut | null }
  | { kind: 'fault'; reason: 'json' | 'yaml'; place: Place | null }
  | { kind: 'fault'; reason: 'shape' }
  | { kind: 'fault'; reason: 'number'; number: string }
  | { kind: 'fault'; reason: 'refused'; message: string };

function placeOf(text: string, position: number): Place {
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function found(value: unknown): Reading {
  const workflow = workflowIn(value);
  return workflow === null
    ? { kind: 'fault', reason: 'shape' }
    : { kind: 'workflow', workflow, call: null };
}

function readJsonText(text: string): Reading {
  const fault = faultOf(text);
  if (fault !== -1) return { kind: 'fault', reason: 'json', place: placeOf(text, fault) };
  const number = lostNumber(text);
  if (number !== null) return { kind: 'fault', reason: 'number', number };
  return found(JSON.parse(text));
}

/** What reads YAML is fetched with the first text that is some. */
async function readYaml(text: string): Promise<Reading> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error === undefined) return found(document.toJS({ maxAliasCount: 100 }));
  const start = error.linePos?.[0];
  const place = start === undefined ? null : { line: start.line, column: start.col };
  return { kind: 'fault', reason: 'yaml', place };
}

/** The server reads commands. Nothing here keeps one: it may hold secrets, which the answer leaves out. */
async function readCurl(text: string, signal: AbortSignal): Promise<Reading> {
  const command = text.trim().replace(/^\$\s*/, '');
  const call = await body(http.POST('/api/v1/nodes/import-curl', { body: { command }, signal }));
  return { kind: 'workflow', workflow: workflowOfCall(call.config), call };
}

async function read(text: string, signal: AbortSignal): Promise<Reading> {
  try {
    switch (formatOf(text)) {
      case 'empty':
        return { kind: 'empty' };
      case 'json':
        return readJsonText(text);
      case 'yaml':
        return await readYaml(text);
      case 'curl':
        return await readCurl(text, signal);
    }
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    return { kind: 'fault', reason: 'refused', message };
  }
}

/** What the text is, once it has been typed or pasted; null while it is being read. */
export function useReading(text: string): Reading | null {
  const settled = useSettled(text);
  const [last, setLast] = useState<{ text: string; reading: Reading } | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void read(settled, stop.signal).then((reading) => {
      if (!stop.signal.aborted) setLast({ text: settled, reading });
    });
    return () => stop.abort();
  }, [settled]);
  return last?.text === text ? last.reading : null;
}

import { create } from 'zustand';
import { facts } from './facts';

export type Connection = 'idle' | 'connecting' | 'open' | 'lost';

/** The state of the page's socket, for whoever shows it. */
export const useConnection = create<{ state: Connection }>(() => ({ state: 'idle' }));

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Close codes by which the server says that trying again is pointless: unauthorised, forbidden, not found. */
const FINAL_CODES = new Set([4401, 4403, 4404]);

export interface Listener {
  onMessage: (message: unknown) => void;
  /** Called on every opening; what was said while the socket was away is lost, so re-read. */
  onOpen: (isAgain: boolean) => void;
}

/** Milliseconds before attempt `failures` + 1: doubling, with up to half taken off at random. */
export function waitMs(failures: number, random: () => number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return longest * (1 - random() / 2);
}

function parse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : null;
  } catch {
    return null;
  }
}

/** Closes a socket once it is open: to close one that still connects is a complaint in the console of every browser. */
function close(socket: WebSocket): void {
  socket.onmessage = null;
  if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
  else socket.close();
}

/** Keeps a socket to `path` open until the returned function is called; comes back by itself when it breaks. */
export function listen(path: string, listener: Listener): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let wasOpen = false;
  let isOver = false;

  const open = (): void => {
    useConnection.setState({ state: wasOpen || failures > 0 ? 'lost' : 'connecting' });
    socket = new WebSocket(facts.live_url + path);
    socket.onopen = () => {
      failures = 0;
      useConnection.setState({ state: 'open' });
      listener.onOpen(wasOpen);
      wasOpen = true;
    };
    socket.onmessage = (event) => listener.onMessage(parse(event.data));
    socket.onclose = (event) => {
      if (isOver) return;
      useConnection.setState({ state: 'lost' });
      if (FINAL_CODES.has(event.code)) return;
      timer = setTimeout(open, waitMs(failures, Math.random));
      failures += 1;
    };
  };

  open();
  return () => {
    isOver = true;
    clearTimeout(timer);
    if (socket !== null) close(socket);
    useConnection.setState({ state: 'idle' });
  };
}

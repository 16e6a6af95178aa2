interface Ask {
  label: string;
  onClick: () => void;
}

const OFFERED_MS = 12_000;

type Toast = typeof import('sonner')['toast'];

/** Where what draws them cannot be fetched, nothing is said: the page says by itself that it has no network. */
const draw = (say: (toast: Toast) => void): void =>
  void import('sonner').then(
    ({ toast }) => say(toast),
    () => undefined,
  );

/** Short words at the page's corner. What draws them is fetched after the page has shown itself. */
export const tell = {
  done: (text: string): void => draw((toast) => toast.success(text)),
  failed: (error: Error): void => draw((toast) => toast.error(error.message)),
  /** Something came about; a second one with the same id takes its place. */
  note: (id: string, text: string, description?: string): void =>
    draw((toast) => toast(text, { id, description })),
  /** It is done, and for a while it can be taken back: the latest only. */
  offer: (text: string, action: Ask): void =>
    draw((toast) => toast.success(text, { id: 'offer', action, duration: OFFERED_MS })),
  /** Stays until it is answered; a second one with the same id takes its place. */
  ask: (id: string, text: string, description: string | undefined, action: Ask): void =>
    draw((toast) => toast(text, { id, description, action, duration: Number.POSITIVE_INFINITY })),
};

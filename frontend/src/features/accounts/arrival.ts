/** Where somebody wanted to go when they were asked to sign in: `/sign-in?tenant=demo&next=/executions`. */
export interface Arrival {
  /** A slug; "": not said. */
  tenant: string;
  next: string;
}

export function readArrival(search: string): Arrival {
  const params = new URLSearchParams(search);
  const next = params.get('next') ?? '/';
  return { tenant: params.get('tenant') ?? '', next: next.startsWith('/') ? next : '/' };
}

/** Reads a form's field as text; a file or a missing field is "". */
export function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value : '';
}

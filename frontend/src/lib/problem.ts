/** One line of `errors` in a problem: `path` is a JSON pointer into the request body. */
export interface FieldProblem {
  path: string;
  code: string;
  message: string;
}

const isAbout = ({ path }: FieldProblem, name: string): boolean =>
  path === `/${name}` || path.startsWith(`/${name}/`);

interface ProblemBody {
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  request_id?: string;
  errors?: FieldProblem[];
}

/** Every refusal of the API (RFC 9457), and a network that does not answer (`status` 0, `code` "offline"). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly errors: readonly FieldProblem[];

  constructor(status: number, body: ProblemBody, requestId = '') {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? `http_${status}`;
    this.requestId = body.request_id ?? requestId;
    this.errors = body.errors ?? [];
  }

  /** The message for one field of the request, by its top-level name. */
  field(name: string): string | undefined {
    return this.errors.find((one) => isAbout(one, name))?.message;
  }

  /** What of it is about none of these fields; null where they say all of it. */
  beyond(fields: readonly string[]): ApiError | null {
    const rest = this.errors.filter((one) => !fields.some((name) => isAbout(one, name)));
    if (rest.length === this.errors.length) return this;
    if (rest.length === 0) return null;
    const about = { code: this.code, detail: this.message, errors: rest };
    return new ApiError(this.status, about, this.requestId);
  }
}

/** Reads a refusal, whatever its body: a proxy's HTML page becomes an ApiError too. */
export function toApiError(response: Response, body: unknown): ApiError {
  const requestId = response.headers.get('X-Request-Id') ?? '';
  const isObject = typeof body === 'object' && body !== null;
  return new ApiError(response.status, isObject ? body : { title: response.statusText }, requestId);
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404;
export const isForbidden = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 403;

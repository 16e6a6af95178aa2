/** One line of `errors` in a problem: `path` is a JSON pointer into the request body. */
export interface FieldProblem {
  path: string;
  code: string;
  message: string;
}

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
    return this.errors.find((one) => one.path === `/${name}` || one.path.startsWith(`/${name}/`))
      ?.message;
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

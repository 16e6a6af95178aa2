import type {
  SchemaCredentialOut,
  SchemaKindOut,
  SchemaTestOut,
  SchemaValueOut,
} from '@/generated/api';

export type Credential = SchemaCredentialOut;

/** A type of credential: which values it has, and which of them are secret. */
export type Kind = SchemaKindOut;
/** What came of a test. */
export type Verdict = SchemaTestOut;

export type KindValue = SchemaValueOut;

/** The secret values of a credential, as a form asks for them anew. */
export const secretsOf = (kind: Kind, credential: Credential): KindValue[] =>
  kind.is_free ? credential.secrets.map(ownValue) : kind.values.filter((value) => value.is_secret);

const ownValue = (name: string): KindValue => ({
  name,
  title: name,
  help: '',
  is_secret: true,
  is_required: false,
  options: [],
  pattern: '',
  format: '',
  default: '',
  shown_with: [],
});

type State = 'ready' | 'disabled' | 'expired' | 'unconnected' | 'lost';

/** Whether steps get it; one that somebody has disabled is that first, because enabling alone would not help. */
export function stateOf(credential: Credential, now: number): State {
  if (credential.is_disabled) return 'disabled';
  const { expires_at: end, connection } = credential;
  if (end !== null && Date.parse(end) <= now) return 'expired';
  if (connection === null || connection.status === 'active') return 'ready';
  return connection.status === 'lost' ? 'lost' : 'unconnected';
}

type Json = Record<string, unknown>;

/** Whether this browser can make and use passkeys, and speaks of them in JSON. */
export const knowsPasskeys = (): boolean =>
  typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/** Lets somebody choose a passkey and returns what it signed; fails if they turn away. */
export async function signWithPasskey(options: unknown): Promise<Json> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  );
  return toJson(await navigator.credentials.get({ publicKey }));
}

/** Lets somebody make a passkey and returns its public half; fails if they turn away. */
export async function makePasskey(options: unknown): Promise<Json> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  );
  return toJson(await navigator.credentials.create({ publicKey }));
}

function toJson(made: Credential | null): Json {
  if (!(made instanceof PublicKeyCredential)) throw new Error('no passkey');
  const json: object = made.toJSON() as object;
  return { ...json };
}

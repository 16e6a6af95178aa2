import { useMutation, useQuery } from '@tanstack/react-query';
import type {
  SchemaSecondFactorInRequest,
  SchemaSignedInOut,
  SchemaSignInInRequest,
  SchemaSignUpInRequest,
} from '@/generated/api';
import { body, http } from '@/lib/http';
import { signWithPasskey } from '@/lib/passkey';

export type SignedIn = SchemaSignedInOut;
export type Challenge = NonNullable<SignedIn['challenge']>;

const meKey = ['me'] as const;

/** The person, their role in this tenant and what it permits. */
export function useMe() {
  return useQuery({
    queryKey: meKey,
    queryFn: ({ signal }) => body(http.GET('/api/v1/me', { signal })),
    staleTime: 60_000,
  });
}

/** Whether the person may do what `permission` names. False while it is not known yet. */
export function useMay(permission: string): boolean {
  return useMe().data?.permissions.includes(permission) ?? false;
}

/** Checks e-mail and password. The answer says where to go, or between which tenants to choose. */
export function useSignIn() {
  return useMutation({
    mutationFn: (input: SchemaSignInInRequest): Promise<SignedIn> =>
      body(http.POST('/api/v1/auth/sign-in', { body: input })),
  });
}

/** Answers the challenge that the password was answered with. */
export function useSecondFactor() {
  return useMutation({
    mutationFn: (input: SchemaSecondFactorInRequest): Promise<SignedIn> =>
      body(http.POST('/api/v1/auth/second-factor', { body: input })),
  });
}

/** Signs in by a passkey, without a password. */
export function usePasskeySignIn() {
  return useMutation({
    mutationFn: async (going: { tenant: string; next: string }): Promise<SignedIn> => {
      const { ticket, options } = await body(http.POST('/api/v1/auth/passkey/begin'));
      const passkey = await signWithPasskey(options);
      return body(http.POST('/api/v1/auth/passkey', { body: { ticket, passkey, ...going } }));
    },
  });
}

/** Makes the person and their tenant; the answer's `redirect` leads into it, signed in. */
export function useSignUp() {
  return useMutation({
    mutationFn: (input: SchemaSignUpInRequest) =>
      body(http.POST('/api/v1/auth/sign-up', { body: input })),
  });
}

/** Ends the session on this host. */
export function useSignOut() {
  return useMutation({ mutationFn: () => http.POST('/api/v1/auth/sign-out') });
}

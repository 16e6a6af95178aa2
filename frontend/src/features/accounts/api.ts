import { useMutation, useQuery } from '@tanstack/react-query';
import type {
  SchemaDiscoverInRequest,
  SchemaOfferOut,
  SchemaSecondFactorInRequest,
  SchemaSignedInOut,
  SchemaSignInInRequest,
  SchemaSignUpInRequest,
} from '@/generated/api';
import { body, http } from '@/lib/http';
import { signWithPasskey } from '@/lib/passkey';

export type SignedIn = SchemaSignedInOut;
export type Offer = SchemaOfferOut;
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

/** Which companies' sign-ins an address leads to. Its domain decides, so nobody learns who has an account. */
export function useDiscover() {
  return useMutation({
    mutationFn: (input: SchemaDiscoverInRequest) =>
      body(http.POST('/api/v1/auth/discover', { body: input })),
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

/** Ends the session in which an operator acts as a member. */
export function useEndActing() {
  return useMutation({ mutationFn: () => http.POST('/api/v1/auth/sign-out') });
}

/** Ends the session on this host; returns where it ends at the company's provider too, null if nowhere. */
export function useSignOut() {
  return useMutation({
    mutationFn: async (): Promise<string | null> => {
      // Only a session tells where it came from, so it is asked first; whatever the answer, it ends.
      const elsewhere = await body(http.GET('/api/v1/sso/way-out')).catch(() => null);
      await http.POST('/api/v1/auth/sign-out');
      return elsewhere?.redirect ?? null;
    },
  });
}

import { useMutation, useQuery } from '@tanstack/react-query';
import type { SchemaInvitedSignUpInRequest, SchemaResetInRequest } from '@/generated/api';
import { body, http } from '@/lib/http';

/** The secret of a letter's link. It stands behind `#`, which no server sees. */
export function tokenOf(hash: string): string {
  const written = hash.replace(/^#/, '');
  try {
    return decodeURIComponent(written);
  } catch {
    // A mail program has cut it: the server says that it is no link of ours.
    return written;
  }
}

/** Has a link for a new password sent; the answer never says whether there is such an account. */
export function useForgot() {
  return useMutation({
    mutationFn: (email: string) => http.POST('/api/v1/auth/forgot', { body: { email } }),
  });
}

/** Sets a new password by a letter's link. */
export function useReset() {
  return useMutation({
    mutationFn: (input: SchemaResetInRequest) => http.POST('/api/v1/auth/reset', { body: input }),
  });
}

/** Confirms an address by a letter's link. Pressed, not done by itself: mail programs open links too. */
export function useConfirmEmail() {
  return useMutation({
    mutationFn: (token: string) =>
      body(http.POST('/api/v1/auth/confirm-email', { body: { token } })),
  });
}

/** What an invitation says. */
export function useInvitation(token: string) {
  return useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) =>
      body(http.POST('/api/v1/auth/invitation', { body: { token }, signal })),
    retry: false,
  });
}

/** Accepts an invitation as who is signed in. */
export function useAcceptInvitation() {
  return useMutation({
    mutationFn: (token: string) =>
      body(http.POST('/api/v1/auth/invitation/accept', { body: { token } })),
  });
}

/** Accepts an invitation with a new account. */
export function useInvitedSignUp() {
  return useMutation({
    mutationFn: (input: SchemaInvitedSignUpInRequest) =>
      body(http.POST('/api/v1/auth/invitation/sign-up', { body: input })),
  });
}

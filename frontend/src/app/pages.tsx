import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { useTenantNews } from '@/features/executions/facade';
import { DemoButton } from '@/features/webhooks/facade';
import { facts } from '@/lib/facts';
import { leave } from '@/lib/leave';
import { NotFound } from '@/ui/failure';
import { CrashBoundary } from './crash-boundary';
import { PageSkeleton } from './shell/page-skeleton';
import { isGraphPage, Shell } from './shell/shell';
import { signInUrl, signsInHere } from './signed-out';

const SignIn = lazy(() => import('@/features/accounts/components/sign-in'));
const SignUp = lazy(() => import('@/features/accounts/components/sign-up'));
const ChooseTenant = lazy(() => import('@/features/accounts/components/choose-tenant'));
const Forgot = lazy(() => import('@/features/accounts/components/forgot'));
const Reset = lazy(() => import('@/features/accounts/components/reset'));
const Verify = lazy(() => import('@/features/accounts/components/verify'));
const Invitation = lazy(() => import('@/features/accounts/components/invitation'));
const AccountPage = lazy(() => import('@/features/accounts/components/account-page'));
const WorkflowsPage = lazy(() => import('@/features/workflows/components/workflows-page'));
const EditorPage = lazy(() => import('@/features/editor/components/editor-page'));
const VersionsPage = lazy(() => import('@/features/editor/versions/versions-page'));
const HomePage = lazy(() => import('@/features/home/components/home-page'));
const ExecutionsPage = lazy(() => import('@/features/executions/components/executions-page'));
const ExecutionPage = lazy(() => import('@/features/executions/components/execution-page'));
const ComparePage = lazy(() => import('@/features/executions/compare/compare-page'));
const ApiKeysPage = lazy(() => import('@/features/api-keys/components/api-keys-page'));
const ServiceAccountsPage = lazy(
  () => import('@/features/api-keys/components/service-accounts-page'),
);
const WebhooksPage = lazy(() => import('@/features/webhooks/components/webhooks-page'));
const WebhookPage = lazy(() => import('@/features/webhooks/components/webhook-page'));
const SchedulesPage = lazy(() => import('@/features/schedules/components/schedules-page'));
const ConnectionsPage = lazy(() => import('@/features/credentials/components/connections-page'));
const CredentialsPage = lazy(() => import('@/features/credentials/components/credentials-page'));

const AuditPage = lazy(() => import('@/features/audit/components/audit-page'));
const RetentionPage = lazy(() => import('@/features/audit/components/retention-page'));
const StreamsPage = lazy(() => import('@/features/audit/components/streams-page'));
const SettingsPage = lazy(() => import('@/features/settings/components/settings-page'));
const SsoPage = lazy(() => import('@/features/sso/components/sso-page'));
const MembersPage = lazy(() => import('@/features/members/components/members-page'));
const RolesPage = lazy(() => import('@/features/members/components/roles-page'));

const ConnectedPage = lazy(() => import('@/features/credentials/components/connected-page'));
const AstrayPage = lazy(() => import('@/features/credentials/components/astray-page'));

/** What is shown in the row of the demo's workflow. */
const demo = (workflowId: string) => <DemoButton workflowId={workflowId} />;

/** Pages whose lists tell how executions go hear of them by the tenant's socket. */
function Listening({ children }: { children: ReactNode }) {
  useTenantNews();
  return children;
}

/** A page loads by itself and breaks by itself; leaving it mends it. */
function Page({ children, waiting }: { children: ReactNode; waiting?: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <CrashBoundary key={pathname}>
      <Suspense fallback={waiting}>{children}</Suspense>
    </CrashBoundary>
  );
}

const PublicPages = () => (
  <Page>
    <Routes>
      <Route path="/sign-in" element={<SignIn />} />
      <Route path="/sign-up" element={<SignUp />} />
      <Route path="/choose" element={<ChooseTenant />} />
      <Route path="/forgot" element={<Forgot />} />
      <Route path="/reset" element={<Reset />} />
      <Route path="/verify" element={<Verify />} />
      <Route path="/invitation" element={<Invitation />} />
      <Route path="/account" element={<AccountPage />} />
      <Route path="/not-connected" element={<AstrayPage />} />
      <Route path="*" element={<Navigate to="/sign-in" replace />} />
    </Routes>
  </Page>
);

/** Within the shell there is something to see before a page's code has come. */
const Waiting = () => <PageSkeleton isGraph={isGraphPage(useLocation().pathname)} />;

const TenantPages = () => (
  <Shell>
    <Page waiting={<Waiting />}>
      <Routes>
        <Route
          path="/"
          element={
            <Listening>
              <HomePage />
            </Listening>
          }
        />
        <Route
          path="/workflows"
          element={
            <Listening>
              <WorkflowsPage demo={demo} />
            </Listening>
          }
        />
        <Route
          path="/workflows/:id"
          element={
            <Listening>
              <EditorPage />
            </Listening>
          }
        />
        <Route path="/workflows/:id/versions" element={<VersionsPage />} />
        <Route path="/executions" element={<ExecutionsPage />} />
        <Route path="/executions/:id" element={<ExecutionPage />} />
        <Route path="/executions/:id/compare/:other" element={<ComparePage />} />
        <Route path="/webhooks" element={<WebhooksPage />} />
        <Route path="/webhook/:id" element={<WebhookPage />} />
        <Route path="/schedules" element={<SchedulesPage />} />
        <Route path="/connections" element={<ConnectionsPage />} />
        <Route path="/credentials" element={<CredentialsPage />} />
        <Route path="/api-keys" element={<ApiKeysPage />} />
        <Route path="/audit" element={<AuditPage />} />
        <Route path="/audit/retention" element={<RetentionPage />} />
        <Route path="/streams" element={<StreamsPage />} />
        <Route path="/settings" element={<SettingsPage />} />
        <Route path="/sso" element={<SsoPage />} />
        <Route path="/members" element={<MembersPage />} />
        <Route path="/roles" element={<RolesPage />} />
        <Route path="/service-accounts" element={<ServiceAccountsPage />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Page>
  </Shell>
);

/** On a tenant's host the address of sign-in leads to the host where people sign in. */
function TenantSignIn() {
  useEffect(() => {
    if (!signsInHere()) leave.to(signInUrl('/'));
  }, []);
  return signsInHere() ? <SignIn /> : null;
}

/** Pages about the person; they live where people sign in. */
const OWN_PATHS = new Set(['/forgot', '/reset', '/verify', '/invitation', '/account', '/choose']);

export function Pages() {
  const { pathname } = useLocation();
  if (facts.is_public_host || (signsInHere() && OWN_PATHS.has(pathname))) return <PublicPages />;
  if (pathname.startsWith('/oauth/callback')) {
    return (
      <Page>
        <ConnectedPage />
      </Page>
    );
  }
  if (pathname === '/sign-in') {
    return (
      <Page>
        <TenantSignIn />
      </Page>
    );
  }
  return <TenantPages />;
}

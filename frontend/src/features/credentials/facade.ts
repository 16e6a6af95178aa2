export { useCredentials, useKinds } from './api';
export { NewCredentialDialog } from './components/new-credential-dialog';
export { type Credential, stateOf } from './types';

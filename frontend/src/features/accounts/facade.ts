export { useEndActing, useMay, useMe, useSignOut } from './api';
export { Gate } from './gate';

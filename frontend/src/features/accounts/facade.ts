export { useMay, useMe, useSignOut } from './api';

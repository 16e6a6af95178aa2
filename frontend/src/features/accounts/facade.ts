export { useEndActing, useMay, useMe, useSignOut } from './api';

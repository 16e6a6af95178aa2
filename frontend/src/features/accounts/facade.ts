export { type Me, useMay, useMe, useSignOut } from './api';

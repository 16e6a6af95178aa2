export { useCross, useTenants } from './api';

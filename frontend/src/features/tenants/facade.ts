export { useCross, useKeepTenant, useLeaveTenant, useTenants } from './api';

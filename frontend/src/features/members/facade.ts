export { OwnRoleChoices } from './components/role-choices';

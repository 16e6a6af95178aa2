export { SettingsTabs } from './components/settings-tabs';

import { create } from 'zustand';
import { facts, type Theme } from './facts';

const YEAR_S = 31_536_000;

/** The theme lies in a cookie, because the server renders it into the first byte of the page: no flash. */
export const useTheme = create<{ theme: Theme; choose: (theme: Theme) => void }>((set) => ({
  theme: facts.theme,
  choose: (theme) => {
    document.documentElement.dataset.theme = theme;
    document.cookie = `gorax_theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
    set({ theme });
  },
}));

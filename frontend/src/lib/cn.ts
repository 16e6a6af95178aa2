import { clsx } from 'clsx';

/** Joins class names; falsy ones are left out. Of two that set the same property neither wins: do not give both. */
export const cn = clsx;

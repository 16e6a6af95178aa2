import { cn } from '@/lib/cn';

/** A grey place holder. It shows itself only after 150 ms (styles.css), so quick answers do not flash. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span className={cn('skeleton block h-3 rounded-sm bg-hover', className)} aria-hidden />
);

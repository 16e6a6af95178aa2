import { Skeleton } from '@/ui/skeleton';

const ROWS = ['w-56', 'w-72', 'w-48', 'w-64', 'w-60', 'w-52'];

/** Where a page will be while its code comes: the bar on top, and below it what most pages are, a list or a graph. */
export const PageSkeleton = ({ isGraph }: { isGraph: boolean }) => (
  <div aria-busy className="flex h-full flex-col">
    <div className="flex min-h-12 shrink-0 items-center gap-3 border-line border-b bg-panel px-4">
      <Skeleton className="w-40" />
      <Skeleton className="ml-auto h-7 w-24 rounded-md" />
    </div>
    {isGraph ? (
      <div className="flex min-h-0 flex-1 items-center justify-center gap-16 overflow-hidden">
        {['a', 'b', 'c'].map((key) => (
          <Skeleton key={key} className="h-[58px] w-[208px] shrink-0 rounded-lg" />
        ))}
      </div>
    ) : (
      ROWS.map((width) => (
        <div key={width} className="flex h-12 items-center gap-4 border-line border-b px-4">
          <Skeleton className={width} />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))
    )}
  </div>
);

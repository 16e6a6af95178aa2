import { NavLink } from 'react-router';

interface PageTabsProps {
  label: string;
  pages: readonly { to: string; name: string }[];
}

/** The pages that belong together, beside the name of the one that is shown. */
export const PageTabs = ({ label, pages }: PageTabsProps) => (
  <nav aria-label={label} className="-mt-2 -ml-2.5 md:-mb-2 flex self-stretch">
    {pages.map(({ to, name }) => (
      <NavLink
        key={to}
        to={to}
        end
        className="flex min-h-12 items-center border-transparent border-b-2 px-2.5 text-fg-2 hover:text-fg aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-fg"
      >
        {name}
      </NavLink>
    ))}
  </nav>
);

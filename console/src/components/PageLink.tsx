/** A link to another page of the console: followed without loading the document anew, opened apart with a modifier key. */
import Link from "@cloudscape-design/components/link";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";

interface Props {
  to: string;
  children: ReactNode;
  variant?: "primary" | "secondary";
  /** What the link is called where its text alone does not say it. */
  ariaLabel?: string;
}

export function PageLink({ to, children, variant = "secondary", ariaLabel }: Props) {
  const navigate = useNavigate();
  return (
    <Link
      href={to}
      variant={variant}
      {...(ariaLabel && { ariaLabel })}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(to);
      }}
    >
      {children}
    </Link>
  );
}

/** Text as it is, in a box that scrolls and can be reached by keyboard; with a button that copies it. */
import { CopyButton } from "../../../components/CopyButton";

interface Props {
  label: string;
  text: string;
}

export function TextBlock({ label, text }: Props) {
  return (
    <div className="text-block">
      {/* What scrolls must have the focus, or it cannot be read by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre role="region" aria-label={label} tabIndex={0}>
        {text}
      </pre>
      <div className="text-copy">
        <CopyButton label={label} text={text} />
      </div>
    </div>
  );
}

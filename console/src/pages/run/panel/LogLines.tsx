/** Log lines, of which only those in sight are in the document. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";

import type { LogLine } from "../../../api/types";

interface Props {
  lines: readonly LogLine[];
  follow: boolean;
  wrap: boolean;
  times: boolean;
}

const LINE_PX = 20;

export function LogLines({ lines, follow, wrap, times }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 40,
  });
  useEffect(() => {
    if (follow) virtualizer.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, lines.length, virtualizer]);
  return (
    // What scrolls must have the focus, or it cannot be read by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroller} className="log" role="region" aria-label="Log" tabIndex={0}>
      <div style={{ blockSize: virtualizer.getTotalSize(), position: "relative" }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          if (!line) return null;
          return (
            <div
              key={index}
              ref={virtualizer.measureElement}
              data-index={index}
              className={`log-line log-${line.source} log-${line.stream}${wrap ? " log-wrapped" : ""}`}
              style={{ transform: `translateY(${start}px)` }}
            >
              {times && <time dateTime={line.at}>{line.at.slice(11, 23)} </time>}
              {line.source === "system" && <span className="log-source">system </span>}
              {line.message}
            </div>
          );
        })}
      </div>
    </div>
  );
}

// Six digits of seven segments, as a token's display shows them.

import type { JSX } from "preact";
import { litSegments } from "./lit-segments.ts";

/** Corners of the segments a to g within 20 × 36. */
const SHAPES: readonly string[] = [
  "4,1 16,1 18,3 15,6 5,6 2,3",
  "19,4 19,16 17,17.5 14,15 14,7 16,4.5",
  "19,20 19,32 16,31.5 14,29 14,21 17,18.5",
  "5,30 15,30 18,33 16,35 4,35 2,33",
  "1,20 3,18.5 6,21 6,29 4,31.5 1,32",
  "1,4 4,4.5 6,7 6,15 3,17.5 1,16",
  "5,15.5 15,15.5 17,18 15,20.5 5,20.5 3,18",
];
const DIGIT_WIDTH = 20;
const PITCH = 27;
/** Between the third digit and the fourth. */
const GAP = 12;

/** A display. `text`: digits; a hyphen lights the middle. Said as single digits. */
export function Segments(props: { readonly text: string; readonly label: string }): JSX.Element {
  const digits = [...props.text];
  const width = (digits.length - 1) * PITCH + DIGIT_WIDTH + GAP;
  return (
    <svg viewBox={`0 0 ${width} 36`} role="img" aria-label={props.label}>
      {digits.map((digit, at) => (
        <g key={at} transform={`translate(${at * PITCH + (at > 2 ? GAP : 0)} 0) skewX(-4)`}>
          {SHAPES.map((points, segment) => (
            <polygon
              key={points}
              points={points}
              class={litSegments(digit)[segment] ? "segment lit" : "segment"}
            />
          ))}
        </g>
      ))}
    </svg>
  );
}

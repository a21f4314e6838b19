import type { HeadLook } from "./demands";
import classes from "./HeadGlyph.module.css";

const MOUTHS = {
  rest: "M-7 15 H7",
  smile: "M-11 11 Q0 24 11 11",
  open: "M-6 16 A6 7 0 1 0 6 16 A6 7 0 1 0 -6 16",
} as const;

/** How far eyes and mouth move on the head that turns, and an arrow beside it. */
const SHIFT = 8;

/** A drawn head that shows what to do; words stand beside it, so it says nothing to a reader. */
export function HeadGlyph({ look, size = 68 }: { look: HeadLook; size?: number }) {
  return (
    <svg
      viewBox="-48 -48 96 96"
      width={size}
      height={size}
      className={classes.glyph}
      aria-hidden
      focusable={false}
    >
      <g className={look.near ? classes.near : undefined}>
        <ellipse rx="26" ry="33" />
        <g
          className={classes.features}
          transform={`translate(${look.x * SHIFT} ${look.y * SHIFT})`}
        >
          <path d={look.eyes === "open" ? "M-10 -7 v.01 M10 -7 v.01" : "M-14 -7 h8 M6 -7 h8"} />
          <path d="M0 -4 l-3 9 h4" className={classes.nose} />
          <path d={MOUTHS[look.mouth]} />
        </g>
      </g>
      {(look.x !== 0 || look.y !== 0) && (
        <path
          className={classes.arrow}
          d="M36 0 H46 M41 -5 L46 0 L41 5"
          transform={`rotate(${angleOf(look)})`}
        />
      )}
      {look.near && <path className={classes.arrow} d="M-44 -30 v-14 h14 M44 30 v14 h-14" />}
    </svg>
  );
}

function angleOf({ x, y }: HeadLook): number {
  return (Math.atan2(y, x) * 180) / Math.PI;
}

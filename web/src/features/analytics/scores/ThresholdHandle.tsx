import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef } from "react";

import charts from "@/components/charts/charts.module.css";
import type { Frame } from "@/components/charts/Plot";
import { type Range, linearScale, valueAt } from "@/components/charts/scales";

import classes from "../Analytics.module.css";

interface Props {
  frame: Frame;
  domain: Range;
  value: number;
  name: string;
  /** The value as it is written. */
  label: string;
  /** What it costs, for a reader of screens. */
  says: string;
  onMove: (to: number) => void;
}

const STEPS = 200;
const LARGE_STEP = 10;

/** A line to drag across the plot, or to move with the arrow keys. */
export function ThresholdHandle({ frame, domain, value, name, label, says, onMove }: Props) {
  const handle = useRef<SVGGElement>(null);
  const at = linearScale(domain, [0, frame.width])(value);

  function follow(event: PointerEvent<SVGRectElement>) {
    const left = event.currentTarget.getBoundingClientRect().left;
    onMove(valueAt(event.clientX - left, domain, [0, frame.width]));
  }
  function grab(event: PointerEvent<SVGRectElement>) {
    event.currentTarget.setPointerCapture(event.pointerId);
    handle.current?.focus({ preventScroll: true });
    follow(event);
  }
  function drag(event: PointerEvent<SVGRectElement>) {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event);
  }
  function step(event: KeyboardEvent) {
    const next = valueAfter(event.key, event.shiftKey, value, domain);
    if (next === null) return;
    event.preventDefault();
    onMove(next);
  }

  return (
    <>
      <g
        ref={handle}
        className={classes.handle}
        transform={`translate(${at} 0)`}
        role="slider"
        tabIndex={0}
        aria-label={name}
        aria-valuemin={domain[0]}
        aria-valuemax={domain[1]}
        aria-valuenow={value}
        aria-valuetext={says}
        onKeyDown={step}
      >
        <line y1={-6} y2={frame.height} className={classes.threshold} />
        <text y={-14} textAnchor={anchorOf(at, frame)} className={classes.value}>
          {label}
        </text>
        <rect
          x={-9}
          y={frame.height / 2 - 15}
          width={18}
          height={30}
          rx={9}
          className={classes.knob}
        />
        <path
          d={`M-3 ${frame.height / 2 - 5}v10M3 ${frame.height / 2 - 5}v10`}
          className={classes.grip}
        />
      </g>
      <rect
        className={classes.field}
        width={frame.width}
        height={frame.height}
        fill="transparent"
        onMouseDown={keepFocus}
        onPointerDown={grab}
        onPointerMove={drag}
      />
    </>
  );
}

/** Where the server decides, which nothing here changes. */
export function ServerLine({ frame, at, name }: { frame: Frame; at: number; name: string }) {
  return (
    <g transform={`translate(${at} 0)`}>
      <line y2={frame.height} className={charts.cursor} />
      <text y={10} x={6} className={charts.tick}>
        {name}
      </text>
    </g>
  );
}

/** The handle has just been given the focus, which a press on a field without one takes away. */
function keepFocus(event: MouseEvent) {
  event.preventDefault();
}

function valueAfter(key: string, large: boolean, value: number, [low, high]: Range): number | null {
  const step = ((high - low) / STEPS) * (large ? LARGE_STEP : 1);
  const next: Record<string, number> = {
    ArrowLeft: value - step,
    ArrowDown: value - step,
    ArrowRight: value + step,
    ArrowUp: value + step,
    PageDown: value - LARGE_STEP * step,
    PageUp: value + LARGE_STEP * step,
    Home: low,
    End: high,
  };
  const wanted = next[key];
  return wanted === undefined ? null : Math.min(Math.max(wanted, low), high);
}

function anchorOf(at: number, { width }: Frame): "start" | "middle" | "end" {
  if (at < 24) return "start";
  return at > width - 24 ? "end" : "middle";
}

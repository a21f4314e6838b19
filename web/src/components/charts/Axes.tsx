import classes from "./charts.module.css";
import type { Frame } from "./Plot";
import type { Scale } from "./scales";

interface Props {
  frame: Frame;
  scale: Scale;
  ticks: readonly number[];
  format: (tick: number) => string;
  name?: string;
}

/** Lines across, with their values on the left. */
export function ValueAxis({ frame, scale, ticks, format, name }: Props) {
  return (
    <g>
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(0 ${scale(tick)})`}>
          <line x2={frame.width} className={classes.grid} />
          <text x={-8} dy="0.32em" textAnchor="end" className={classes.tick}>
            {format(tick)}
          </text>
        </g>
      ))}
      {name !== undefined && (
        <text y={-12} className={classes.axisName}>
          {name}
        </text>
      )}
    </g>
  );
}

/** Nearer to the end than this a label in the middle of its tick would be cut off. */
const NEAR_END_PX = 16;

/** Values below the drawing; with `lines` also lines up into it. */
export function FlatAxis({
  frame,
  scale,
  ticks,
  format,
  name,
  lines = false,
}: Props & { lines?: boolean }) {
  return (
    <g>
      <line y1={frame.height} x2={frame.width} y2={frame.height} className={classes.base} />
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${scale(tick)} 0)`}>
          {lines && <line y2={frame.height} className={classes.grid} />}
          <text
            y={frame.height + 16}
            x={scale(tick) > frame.width - NEAR_END_PX ? frame.width - scale(tick) : 0}
            textAnchor={scale(tick) > frame.width - NEAR_END_PX ? "end" : "middle"}
            className={classes.tick}
          >
            {format(tick)}
          </text>
        </g>
      ))}
      {name !== undefined && (
        <text x={frame.width} y={frame.height + 32} textAnchor="end" className={classes.axisName}>
          {name}
        </text>
      )}
    </g>
  );
}

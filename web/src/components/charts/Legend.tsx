import classes from "./charts.module.css";

/** How something is drawn: the same in the drawing and in its legend. */
export type Mark =
  "good" | "bad" | "line" | "lineBad" | "lineRest" | "band" | "here" | "server" | "untold";

export interface LegendEntry {
  readonly mark: Mark;
  readonly name: string;
}

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <ul className={classes.legend}>
      {entries.map(({ mark, name }) => (
        <li key={name}>
          <Swatch mark={mark} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function Swatch({ mark }: { mark: Mark }) {
  return (
    <svg width={16} height={12} className={classes.swatch} aria-hidden>
      <Drawn mark={mark} />
    </svg>
  );
}

function Drawn({ mark }: { mark: Mark }) {
  const className = classes[mark];
  switch (mark) {
    case "line":
    case "lineBad":
    case "lineRest":
      return <line y1={6} x2={16} y2={6} className={className} />;
    case "here":
      return (
        <rect x={4} y={2} width={8} height={8} transform="rotate(45 8 6)" className={className} />
      );
    case "server":
      return <circle cx={8} cy={6} r={5} className={className} />;
    case "bad":
      return (
        <>
          <rect width={16} height={12} rx={3} className={className} />
          <path d="M2 12 L12 0 M8 12 L16 2 M-2 8 L6 0" className={classes.hatch} fill="none" />
        </>
      );
    default:
      return <rect width={16} height={12} rx={3} className={className} />;
  }
}

import classes from "./charts.module.css";

interface Props {
  /** 0 to 1. */
  share: number;
  bad?: boolean;
}

/** A share as a bar, beside a number that says the same. */
export function ShareBar({ share, bad = false }: Props) {
  return (
    <div className={classes.bar} aria-hidden>
      <div data-bad={bad || undefined} style={{ width: `${100 * share}%` }} />
    </div>
  );
}

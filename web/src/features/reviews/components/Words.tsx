import classes from "./Words.module.css";

/** What somebody wrote, in their own lines. */
export function Words({ label, children }: { label: string; children: string }) {
  return (
    <blockquote className={classes.words} aria-label={label}>
      {children}
    </blockquote>
  );
}

import type { ReactNode } from "react";

import classes from "./LivePage.module.css";

/** What is shown to the server, and beside it (below it on a phone) what the server says. */
export function Sides({ shown, said }: { shown: ReactNode; said: ReactNode }) {
  return (
    <div className={classes.sides}>
      <div>{shown}</div>
      <div>{said}</div>
    </div>
  );
}

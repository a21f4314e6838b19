import type { ReactNode } from "react";

import classes from "./FactList.module.css";

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

/** What is known, each under its name; as many beside one another as there is room for. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.list} data-numbers>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt className={classes.name}>{name}</dt>
          <dd className={classes.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

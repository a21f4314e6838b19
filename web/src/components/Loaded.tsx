import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { asProblem } from "@/lib/problem";

import { ProblemAlert } from "./ProblemAlert";

interface Props<T> {
  query: UseQueryResult<T>;
  /** Height in pixels that is kept free until the answer is there, so that nothing jumps. */
  height: number;
  children: (data: T) => ReactNode;
}

/** Shows what a query answers; until then its outline, and what went wrong with a way to retry. */
export function Loaded<T>({ query, height, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  }
  return <Skeleton height={height} radius="lg" aria-busy />;
}

import { QueryClient } from "@tanstack/react-query";

import { asProblem } from "./problem";

const MOST_RETRIES = 2;

/** Ask again only when the server was not there or had no time: what it refused it refuses again. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => {
          const { status } = asProblem(error);
          return failures < MOST_RETRIES && (status === 0 || status === 503);
        },
      },
    },
  });
}

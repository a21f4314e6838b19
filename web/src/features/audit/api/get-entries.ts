import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

import type { AuditQuery } from "../filter";

const PAGE = 50;

/** The log, newest first, a page at a time. */
export function getEntries(filter: AuditQuery) {
  return infiniteQueryOptions({
    queryKey: ["audit", "entries", filter],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/audit", {
          params: { query: { ...filter, before: pageParam, limit: PAGE } },
        }),
      ),
    initialPageParam: Number.MAX_SAFE_INTEGER,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

import { PAGE_SIZE, type PeopleSearch } from "../search";

/** A page of the people that are found; the page before stays until it is there. */
export function findPeople({ query, department, page }: PeopleSearch) {
  const wanted = {
    limit: PAGE_SIZE,
    offset: (page - 1) * PAGE_SIZE,
    ...(query !== "" && { query }),
    ...(department !== "" && { department }),
  };
  return queryOptions({
    queryKey: ["people", wanted],
    queryFn: () => unwrap(api.GET("/api/v1/users", { params: { query: wanted } })),
    placeholderData: keepPreviousData,
  });
}

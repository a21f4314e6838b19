export const PAGE_SIZE = 50;

/** What is looked for, and which page of it is shown, from 1. */
export interface PeopleSearch {
  readonly query: string;
  readonly department: string;
  readonly page: number;
}

/** Read a search from the address, whatever somebody has typed there. */
export function readSearch(params: URLSearchParams): PeopleSearch {
  const page = Number(params.get("page") ?? 1);
  return {
    query: params.get("query") ?? "",
    department: params.get("department") ?? "",
    page: Number.isSafeInteger(page) && page >= 1 && page <= MOST_PAGES ? page : 1,
  };
}

/** Write a search into an address; what is as at the beginning is left out. */
export function writeSearch({ query, department, page }: PeopleSearch): URLSearchParams {
  const params = new URLSearchParams();
  if (query !== "") params.set("query", query);
  if (department !== "") params.set("department", department);
  if (page > 1) params.set("page", String(page));
  return params;
}

export function pageCount(total: number): number {
  return Math.max(1, Math.ceil(total / PAGE_SIZE));
}

/** Return the first and last number on a page, counted from 1. */
export function rangeOf(page: number, shown: number): readonly [from: number, to: number] {
  const before = (page - 1) * PAGE_SIZE;
  return [before + 1, before + shown];
}

const MOST_PAGES = Math.floor(2 ** 31 / PAGE_SIZE); // beyond it the server takes no offset

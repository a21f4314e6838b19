import { expect, test } from "vitest";

import { pageCount, rangeOf, readSearch, writeSearch } from "./search";

test("an address without anything is the first page of everybody", () => {
  expect(readSearch(new URLSearchParams())).toEqual({ query: "", department: "", page: 1 });
});

test.each([
  { query: "ada", department: "", page: 1 },
  { query: "a&b=c", department: "Forschung & Lehre", page: 7 },
])("a search survives its address: %o", (search) => {
  expect(readSearch(writeSearch(search))).toEqual(search);
});

test("what is as at the beginning is left out of the address", () => {
  expect(writeSearch({ query: "", department: "", page: 1 }).toString()).toBe("");
});

test.each(["0", "-3", "1.5", "x", "", "1e99", "99999999999"])("%s is no page", (page) => {
  expect(readSearch(new URLSearchParams({ page })).page).toBe(1);
});

test.each([
  [0, 1],
  [50, 1],
  [51, 2],
  [100_000, 2000],
])("%d people need %d pages", (total, pages) => {
  expect(pageCount(total)).toBe(pages);
});

test("a page tells which of all it shows", () => {
  expect(rangeOf(1, 50)).toEqual([1, 50]);
  expect(rangeOf(3, 7)).toEqual([101, 107]);
});

import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, test, vi } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";

import { PeopleFilters } from "./PeopleFilters";

beforeAll(startSpeaking);
afterEach(() => {
  vi.useRealTimers();
});

function filters(query: string, onSearch: (wanted: object) => void) {
  return (
    <MantineProvider env="test">
      <PeopleFilters search={{ query, department: "" }} departments={[]} onSearch={onSearch} />
    </MantineProvider>
  );
}

test("looks once, when somebody has stopped typing, and not for spaces", () => {
  vi.useFakeTimers();
  const onSearch = vi.fn();
  render(filters("", onSearch));
  const box = screen.getByRole("textbox", { name: "Search by ID" });
  fireEvent.change(box, { target: { value: " a" } });
  vi.advanceTimersByTime(200);
  fireEvent.change(box, { target: { value: " ada " } });
  vi.advanceTimersByTime(200);
  expect(onSearch).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(onSearch).toHaveBeenCalledExactlyOnceWith({ query: "ada", department: "" });
});

test("what is written stays as it is when its search arrives", () => {
  const { rerender } = render(filters("", vi.fn()));
  const box = screen.getByRole("textbox", { name: "Search by ID" });
  fireEvent.change(box, { target: { value: "ada " } });
  rerender(filters("ada", vi.fn()));
  expect(box).toHaveValue("ada ");
});

test("follows whoever goes back or clears the search elsewhere", () => {
  const { rerender } = render(filters("ada", vi.fn()));
  const box = screen.getByRole("textbox", { name: "Search by ID" });
  expect(box).toHaveValue("ada");
  rerender(filters("", vi.fn()));
  expect(box).toHaveValue("");
});

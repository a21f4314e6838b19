import { useSearchParams } from "react-router";

/** One of some words, kept in the address, so that it survives a reload and can be sent to others. */
export function useChoice<T extends string>(
  name: string,
  choices: readonly T[],
  usual: T,
): [T, (chosen: T) => void] {
  const [search, setSearch] = useSearchParams();
  const said = search.get(name);
  const chosen = choices.find((choice) => choice === said) ?? usual;
  const choose = (next: T) =>
    setSearch(
      (before) => {
        before.set(name, next);
        return before;
      },
      { replace: true },
    );
  return [chosen, choose];
}

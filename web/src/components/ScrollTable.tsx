import { Table, type TableProps } from "@mantine/core";

interface Props extends TableProps {
  /** What it is of: a reader of screens hears it, and the keyboard scrolls it. */
  name: string;
  /** In pixels; where there is less room it scrolls, and not the page. */
  minWidth: number;
}

/** A table of numbers that scrolls within its own frame on a phone. */
export function ScrollTable({ name, minWidth, ...table }: Props) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "region", "aria-label": name } }}
    >
      <Table data-numbers {...table} />
    </Table.ScrollContainer>
  );
}

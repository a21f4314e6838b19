import { ScrollArea, Table } from "@mantine/core";
import type { ReactNode } from "react";

/** The first is of names, the others are of numbers. */
export type Columns = readonly string[];

interface Props {
  name: string;
  columns: Columns;
  rows: readonly (readonly ReactNode[])[];
}

const HIGHEST_PX = 320;

/** A chart's numbers, to be read aloud or copied. */
export function ChartTable({ name, columns, rows }: Props) {
  return (
    <ScrollArea.Autosize
      mah={HIGHEST_PX}
      viewportProps={{ tabIndex: 0, "aria-label": name, role: "region" }}
    >
      <Table verticalSpacing={6} data-numbers stickyHeader>
        <Table.Caption>{name}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, place) => (
              <Table.Th key={column} ta={place === 0 ? "left" : "right"}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, number) => (
            <Table.Tr key={number}>
              {row.map((cell, place) => (
                <Table.Td key={place} ta={place === 0 ? "left" : "right"}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}

import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { ChartTable, type Columns } from "./ChartTable";
import classes from "./charts.module.css";
import { Legend, type LegendEntry } from "./Legend";

interface Props {
  title: string;
  /** Of its heading. */
  order?: 2 | 3;
  /** What it says, in words; while a place of it is looked at, what there is there. */
  readout: ReactNode;
  legend?: readonly LegendEntry[];
  /** The same as numbers. */
  table: { columns: Columns; rows: readonly (readonly ReactNode[])[] };
  /** Beside the title, as a choice of what is drawn. */
  controls?: ReactNode;
  /** Below, smaller: what it is of. */
  note?: ReactNode;
  children: ReactNode;
}

/** A chart with its words: a title, what it says, a legend, and its numbers for the asking. */
export function ChartFigure({ title, order = 2, readout, legend, table, note, ...rest }: Props) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const Icon = asTable ? IconChartBar : IconTable;
  return (
    <Card component="figure" className={classes.figure ?? ""} aria-labelledby={id}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" align="flex-start">
          <Title id={id} order={order} fz="md">
            {title}
          </Title>
          <Group gap="xs">
            {rest.controls}
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              leftSection={<Icon size={14} />}
              onClick={() => setAsTable(!asTable)}
            >
              {t(asTable ? "charts.asChart" : "charts.asTable")}
            </Button>
          </Group>
        </Group>
        <div className={classes.readout}>{readout}</div>
        {asTable ? <ChartTable name={title} {...table} /> : rest.children}
        {!asTable && legend !== undefined && <Legend entries={legend} />}
        {note !== undefined && (
          <figcaption>
            <Text size="xs" c="dimmed" component="div">
              {note}
            </Text>
          </figcaption>
        )}
      </Stack>
    </Card>
  );
}

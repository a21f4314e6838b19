import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import classes from "./charts.module.css";
import { Whisker, type WhiskerProps } from "./Whisker";

interface Props extends Omit<WhiskerProps, "label"> {
  /** The three numbers as they are written, and in a sentence. */
  words: { value: string; low: string; high: string; says: string };
}

/** A whisker with its numbers beside it, for a cell of a table. */
export function WhiskerCell({ words, ...whisker }: Props) {
  const { t } = useTranslation();
  return (
    <Group wrap="nowrap" gap="sm">
      <Whisker label={words.says} {...whisker} />
      <div className={classes.numbers}>
        <Text size="sm" fw={550}>
          {words.value}
        </Text>
        <Text size="xs" c="dimmed">
          {t("charts.range", words)}
        </Text>
      </div>
    </Group>
  );
}

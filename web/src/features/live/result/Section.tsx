import { Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./Result.module.css";

/** One question that a decision had to answer. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="xs" className={classes.section} component="section">
      <Title order={3} fz="md">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

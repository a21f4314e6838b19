import { Card, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";

import type { Warning } from "../api/get-status";
import classes from "../System.module.css";

interface Props {
  title: string;
  warnings: readonly Warning[];
}

/** What is weak about the configuration and what to do, in the server's words. */
export function Warnings({ title, warnings }: Props) {
  return (
    <section>
      <Title order={2} fz="lg" mb="sm">
        {title}
      </Title>
      <Card padding={0} component="ul" className={classes.warnings ?? ""} lang="en">
        {warnings.map(({ name, problem, remedy, is_note }) => {
          const Icon = is_note ? IconInfoCircle : IconAlertTriangle;
          return (
            <li key={name} className={classes.warning} data-weak={!is_note || undefined}>
              <Icon size={18} stroke={1.8} aria-hidden />
              <div>
                <Text size="sm" fw={550}>
                  {asSentence(problem)}
                </Text>
                <Text size="sm" c="dimmed">
                  {asSentence(remedy)}
                </Text>
              </div>
            </li>
          );
        })}
      </Card>
    </section>
  );
}

/** The server says it within a line of its log. Commands and settings stay as they are. */
function asSentence(text: string): string {
  return /^(mien |MIEN_|chmod )/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

import { Group, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";

import classes from "./Result.module.css";

interface Props {
  accepted: boolean;
  title: string;
  /** Why, in a sentence. */
  children: ReactNode;
}

/** Yes or no, large and calm; it takes the focus, so that whoever cannot see it hears it. */
export function Verdict({ accepted, title, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const Icon = accepted ? IconCheck : IconX;
  return (
    <Group wrap="nowrap" className={classes.verdict} data-accepted={accepted}>
      <span className={classes.sign}>
        <Icon size={28} stroke={2.2} aria-hidden />
      </span>
      <Stack gap={2}>
        <Title order={2} fz={26} lh={1.2} ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </Title>
        <Text component="div">{children}</Text>
      </Stack>
    </Group>
  );
}

import { Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { FC, ReactNode } from "react";

interface Props {
  icon: FC<{ size?: number; stroke?: number }>;
  title: string;
  /** What to do about it. */
  advice: string;
  /** Whether it stands in place of the whole page, and its title is the page's. */
  alone?: boolean;
  children?: ReactNode;
}

/** What stands where there is nothing to show. */
export function EmptyState({ icon: Icon, title, advice, alone = false, children }: Props) {
  return (
    <Stack align="center" gap="sm" py={64} ta="center">
      <ThemeIcon variant="light" color="gray" size={56} radius="xl">
        <Icon size={28} stroke={1.5} />
      </ThemeIcon>
      <Title order={alone ? 1 : 2} fz="lg">
        {title}
      </Title>
      <Text c="dimmed" maw={440}>
        {advice}
      </Text>
      {children}
    </Stack>
  );
}

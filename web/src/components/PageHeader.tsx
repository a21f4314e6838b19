import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

interface Props {
  title: string;
  /** One sentence: what this page is for. */
  purpose?: string;
  /** Buttons on its right. */
  children?: ReactNode;
}

export function PageHeader({ title, purpose, children }: Props) {
  useEffect(() => {
    document.title = `${title} · mien`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-end" mb="lg" gap="md">
      <Stack gap={4}>
        <Title order={1}>{title}</Title>
        {purpose !== undefined && (
          <Text c="dimmed" maw={640}>
            {purpose}
          </Text>
        )}
      </Stack>
      {children !== undefined && <Group gap="sm">{children}</Group>}
    </Group>
  );
}

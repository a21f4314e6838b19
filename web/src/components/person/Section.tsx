import { Box, Card, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface Props {
  title: string;
  /** One sentence below the title. */
  purpose?: string | undefined;
  /** On the title's right. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A card with a heading, which readers of screens can jump to. */
export function Section({ title, purpose, actions, children }: Props) {
  const heading = useId();
  return (
    <Card component="section" aria-labelledby={heading}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="md">
        <Box>
          <Title order={2} fz="lg" id={heading}>
            {title}
          </Title>
          {purpose !== undefined && (
            <Text size="sm" c="dimmed" mt={2} maw={560}>
              {purpose}
            </Text>
          )}
        </Box>
        {actions}
      </Group>
      {children}
    </Card>
  );
}

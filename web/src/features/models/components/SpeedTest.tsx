import { Button, Card, Group, Text, Title } from "@mantine/core";
import { IconGauge } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { measureSpeed } from "../api/measure-speed";
import { Stages } from "./Stages";

/** How long each stage of a photo takes on the server's machine, measured when asked. */
export function SpeedTest() {
  const { t } = useTranslation("models");
  const measure = useMutation({ mutationFn: measureSpeed });
  return (
    <Card component="section" aria-labelledby="speed">
      <Group justify="space-between" align="flex-start" gap="md" mb="md">
        <div>
          <Title order={2} fz="lg" id="speed">
            {t("speed.title")}
          </Title>
          <Text size="sm" c="dimmed" maw={560}>
            {measure.data
              ? t("speed.machine", {
                  machine: measure.data.machine,
                  count: measure.data.threads,
                })
              : t("speed.advice")}
          </Text>
        </div>
        <Button
          variant={measure.data ? "default" : "light"}
          leftSection={<IconGauge size={18} />}
          loading={measure.isPending}
          onClick={() => measure.mutate()}
        >
          {t(measure.data ? "speed.again" : "speed.action")}
        </Button>
      </Group>
      {measure.isError && <ProblemAlert problem={asProblem(measure.error)} />}
      <div role="status">{measure.data && <Stages stages={measure.data.stages} />}</div>
    </Card>
  );
}

import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { getThresholds } from "../api/get-thresholds";
import { RemoveDialog } from "./RemoveDialog";
import { ThresholdDialog } from "./ThresholdDialog";
import { ThresholdTable } from "./ThresholdTable";

/** Which false match rate is tolerated of whom; administrators change it. */
export function ThresholdsTab() {
  const { t } = useTranslation("analytics");
  const thresholds = useQuery(getThresholds);
  const isAdmin = may(useSession(), "admin");
  const [edited, setEdited] = useState<{ group: string | null } | null>(null);
  const [removed, setRemoved] = useState<string | null>(null);
  return (
    <Loaded query={thresholds} height={360}>
      {(found) => (
        <Card>
          <Stack gap="md">
            <Group justify="space-between" align="flex-start">
              <div>
                <Title order={2} fz="md">
                  {t("thresholds.heading")}
                </Title>
                <Text size="sm" c="dimmed" maw={560}>
                  {t("thresholds.purpose")} {!isAdmin && t("thresholds.readOnly")}
                </Text>
              </div>
              {isAdmin && (
                <Button
                  leftSection={<IconPlus size={16} />}
                  onClick={() => setEdited({ group: null })}
                >
                  {t("thresholds.add")}
                </Button>
              )}
            </Group>
            <ThresholdTable
              thresholds={found}
              editable={isAdmin}
              onEdit={(group) => setEdited({ group })}
              onRemove={setRemoved}
            />
            <Text size="xs" c="dimmed">
              {t("thresholds.note")}
            </Text>
          </Stack>
          {edited !== null && (
            <ThresholdDialog
              group={edited.group}
              thresholds={found}
              onClose={() => setEdited(null)}
            />
          )}
          <RemoveDialog
            group={removed}
            targetFmr={found.target_fmr}
            onClose={() => setRemoved(null)}
          />
        </Card>
      )}
    </Loaded>
  );
}

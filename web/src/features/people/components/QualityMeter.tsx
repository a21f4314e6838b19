import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { formatShare } from "@/lib/format";

/** How good the enrolled photos were, 0 to 1. */
export function QualityMeter({ quality }: { quality: number }) {
  const { t, i18n } = useTranslation("people");
  const share = formatShare(quality, i18n.language, 0);
  return (
    <Group gap={8} wrap="nowrap" w={110}>
      <Progress.Root size="sm" flex={1}>
        <Progress.Section value={quality * 100} aria-label={t("quality", { share })} />
      </Progress.Root>
      <Text size="sm" w={44} ta="right" data-numbers aria-hidden>
        {share}
      </Text>
    </Group>
  );
}

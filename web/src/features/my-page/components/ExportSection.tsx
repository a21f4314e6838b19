import { Button, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/person/Section";
import { asProblem } from "@/lib/problem";
import { saveFile } from "@/lib/save-file";

import { exportMyData } from "../api/export-my-data";
import { useOwnChange } from "../use-own-change";

export function ExportSection({ userId }: { userId: string }) {
  const { t } = useTranslation("myPage");
  const download = useOwnChange(async () => {
    const data = await exportMyData();
    saveFile(`${userId}.json`, JSON.stringify(data, null, 2), "application/json");
  }, t("export.done"));
  return (
    <Section title={t("export.title")} purpose={t("export.purpose")}>
      <Stack gap="sm" align="flex-start">
        {download.isError && <ProblemAlert problem={asProblem(download.error)} />}
        <Button
          variant="light"
          leftSection={<IconDownload size={16} />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {t("export.action")}
        </Button>
      </Stack>
    </Section>
  );
}

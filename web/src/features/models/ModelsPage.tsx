import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { PageHeader } from "@/components/PageHeader";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { getModels } from "./api/get-models";
import { ErrorRates } from "./components/ErrorRates";
import { ModelTable } from "./components/ModelTable";
import { PackCard } from "./components/PackCard";
import { SpeedTest } from "./components/SpeedTest";

/** What recognizes faces here: how well, how fast, and under which license. */
export function ModelsPage() {
  const { t } = useTranslation("models");
  const query = useQuery(getModels);
  const mayMeasure = may(useSession(), "admin");
  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")} />
      <Stack gap="lg">
        <Loaded query={query} height={210}>
          {(models) => <PackCard models={models} />}
        </Loaded>
        <ErrorRates />
        {mayMeasure && <SpeedTest />}
        <Loaded query={query} height={560}>
          {({ models }) => <ModelTable models={models} />}
        </Loaded>
      </Stack>
    </>
  );
}

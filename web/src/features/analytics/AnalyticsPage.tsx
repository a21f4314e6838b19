import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { PageHeader } from "@/components/PageHeader";
import { useChoice } from "@/lib/use-choice";

import classes from "./Analytics.module.css";
import { AttemptsTab } from "./attempts/AttemptsTab";
import { ExpressionsTab } from "./expressions/ExpressionsTab";
import { FairnessTab } from "./fairness/FairnessTab";
import { ScoresTab } from "./scores/ScoresTab";
import { ThresholdsTab } from "./thresholds/ThresholdsTab";

const TABS = {
  attempts: AttemptsTab,
  scores: ScoresTab,
  thresholds: ThresholdsTab,
  fairness: FairnessTab,
  expressions: ExpressionsTab,
} as const;
type Tab = keyof typeof TABS;
const NAMES = Object.keys(TABS) as Tab[];

/** Figures over everybody; which of them, and of what time, is in the address. */
export function AnalyticsPage() {
  const { t } = useTranslation("analytics");
  const [tab, setTab] = useChoice("tab", NAMES, "attempts");
  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")} />
      <Tabs
        value={tab}
        onChange={(chosen) => setTab(NAMES.find((name) => name === chosen) ?? "attempts")}
        keepMounted={false}
      >
        <Tabs.List className={classes.tabs ?? ""} aria-label={t("tabs.name")} mb="lg">
          {NAMES.map((name) => (
            <Tabs.Tab key={name} value={name} className={classes.tab ?? ""}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {NAMES.map((name) => {
          const Figures = TABS[name];
          return (
            <Tabs.Panel key={name} value={name}>
              <Figures />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </>
  );
}

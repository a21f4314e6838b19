import { Tabs } from "@mantine/core";
import { IconFaceId, IconUserPlus, IconUserSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { PageHeader } from "@/components/PageHeader";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { EnrollTab } from "./enroll/EnrollTab";
import { IdentifyTab } from "./identify/IdentifyTab";
import classes from "./LivePage.module.css";
import { VerifyTab } from "./verify/VerifyTab";

const MODES = [
  { mode: "verify", scope: "verify", icon: IconFaceId, Tab: VerifyTab },
  { mode: "identify", scope: "identify", icon: IconUserSearch, Tab: IdentifyTab },
  { mode: "enroll", scope: "enroll", icon: IconUserPlus, Tab: EnrollTab },
] as const;

/** People before a camera: whose face is it, and is it theirs? */
export function LivePage() {
  const { t } = useTranslation("live");
  const session = useSession();
  const [search, setSearch] = useSearchParams();
  const modes = MODES.filter(({ scope }) => may(session, scope));
  const asked = search.get("mode");
  const shown = modes.find(({ mode }) => mode === asked) ?? modes[0];
  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")} />
      <Tabs
        value={shown?.mode ?? null}
        onChange={(mode) => setSearch(mode === null ? {} : { mode }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List aria-label={t("modes")} mb="lg" className={classes.modes ?? ""}>
          {modes.map(({ mode, icon: Icon }) => (
            <Tabs.Tab key={mode} value={mode} leftSection={<Icon size={16} aria-hidden />}>
              {t(`mode.${mode}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {modes.map(({ mode, Tab }) => (
          <Tabs.Panel key={mode} value={mode}>
            <Tab />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

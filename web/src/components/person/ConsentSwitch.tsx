import { Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Time } from "../Time";
import classes from "./ConsentSwitch.module.css";
import type { Consent } from "./ConsentSwitches";
import type { Voice } from "./voice";

interface Props {
  consent: Consent;
  voice: Voice;
  onToggle: (() => void) | undefined;
}

/** One purpose; it can be refused where it was agreed to, even when it is stated no more. */
export function ConsentSwitch({ consent, voice, onToggle }: Props) {
  const { t } = useTranslation("person");
  const { purpose, stated, given_at: givenAt } = consent;
  return (
    <div>
      <Switch
        label={t(`purposes.${purpose}`)}
        description={t(`consents.${voice}.${purpose}`)}
        checked={givenAt !== null}
        disabled={onToggle === undefined || (givenAt === null && stated === null)}
        onChange={onToggle}
        classNames={{ label: classes.label ?? "", description: classes.description ?? "" }}
      />
      <Text size="sm" className={classes.standing ?? ""}>
        {givenAt !== null && (
          <>
            {t("consents.since")} <Time at={givenAt} />
          </>
        )}
        {givenAt === null && stated === null && t("consents.notStated")}
      </Text>
    </div>
  );
}

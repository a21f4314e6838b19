import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { type Consent, ConsentSwitches } from "@/components/person/ConsentSwitches";
import { Section } from "@/components/person/Section";

import { getConsents } from "../api/get-consents";
import { giveConsent } from "../api/give-consent";
import { withdrawConsent } from "../api/withdraw-consent";
import { useOwnChange } from "../use-own-change";

interface Wanted {
  purpose: Consent["purpose"];
  agrees: boolean;
}

export function ConsentsSection() {
  const { t } = useTranslation("myPage");
  const consents = useQuery(getConsents);
  const change = useOwnChange(
    ({ purpose, agrees }: Wanted) => (agrees ? giveConsent(purpose) : withdrawConsent(purpose)),
    ({ agrees }) => t(agrees ? "consents.given" : "consents.withdrawn"),
  );
  return (
    <Section title={t("consents.title")} purpose={t("consents.purpose")}>
      <Loaded query={consents} height={220}>
        {(known) => (
          <ConsentSwitches
            consents={known.consents}
            voice="you"
            onChange={(purpose, agrees) => change.mutateAsync({ purpose, agrees })}
          />
        )}
      </Loaded>
    </Section>
  );
}
